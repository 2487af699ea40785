package io.ashlar.drive.fanout;

/** Runs what is to be done on one drive. Safe for use by many threads. */
public interface DriveExecutor {
    /** Runs everything at once, on the caller's thread: for a simulator, which has no other. */
    DriveExecutor INLINE = new DriveExecutor() {
        @Override
        public boolean offer(Runnable task) {
            task.run();
            return true;
        }

        @Override
        public boolean close(long timeoutNanos) {
            return true;
        }
    };

    /**
     * Has a task run, soon or already on return. Never waits.
     *
     * @param task must not throw
     * @return whether it will run; if not, so much waits for this drive already that it is to be passed over
     */
    boolean offer(Runnable task);

    /**
     * Takes no more, and waits for what is under way.
     *
     * @param timeoutNanos how long at most
     * @return whether everything has ended
     */
    boolean close(long timeoutNanos);
}
