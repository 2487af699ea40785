package io.ashlar.benchmarks.writepath;

import java.util.ArrayList;
import java.util.List;

/** Times the operations of one round. Threads take a {@link Lane} each. */
public final class Stopwatch {
    /** One thread's operations. For one thread. */
    public final class Lane {
        private long[] nanos = new long[1 << 14];
        private int count;

        /** Whether there is time for another operation. */
        public boolean running() {
            return System.nanoTime() - start < lengthNanos;
        }

        /** Notes an operation that began at a time. */
        public void done(long startedNanos) {
            if (count == nanos.length) {
                nanos = java.util.Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - startedNanos;
        }
    }

    private final long lengthNanos;
    private final List<Lane> lanes = new ArrayList<>();
    private long start;
    private long end;

    Stopwatch(long lengthNanos) {
        this.lengthNanos = lengthNanos;
    }

    synchronized Lane lane() {
        Lane lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    /** Begins to count, when everything is prepared. */
    void start() {
        start = System.nanoTime();
        end = start;
    }

    /** Stops; everything counted is complete. */
    void stop() {
        end = System.nanoTime();
    }

    /** The figures, once all threads are done. */
    Sample sample(double cores) {
        int count = lanes.stream().mapToInt(lane -> lane.count).sum();
        long[] all = new long[count];
        int at = 0;
        for (Lane lane : lanes) {
            System.arraycopy(lane.nanos, 0, all, at, lane.count);
            at += lane.count;
        }
        java.util.Arrays.sort(all);
        return new Sample(count / ((end - start) / 1e9), quantile(all, 0.5), quantile(all, 0.99), cores);
    }

    long elapsedNanos() {
        return end - start;
    }

    private static double quantile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e3;
    }

    /**
     * A round's figures.
     *
     * @param perSecond operations a second
     * @param p50Micros half of them took no longer
     * @param p99Micros 99 of 100 took no longer
     * @param cores processor time of the process for each second
     */
    record Sample(double perSecond, double p50Micros, double p99Micros, double cores) {}
}
