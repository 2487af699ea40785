package io.ashlar.cli.trial;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs something that may never end, and tells when it does not. For one thread. */
final class Watchdog implements AutoCloseable {
    private final long seconds;
    private final ExecutorService runner = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "trial");
        thread.setDaemon(true);
        return thread;
    });

    Watchdog(long seconds) {
        this.seconds = seconds;
    }

    /**
     * Runs a trial.
     *
     * @return its result; {@link TrialStore.Outcome#WRONG} if it fails with anything that is not a typed error, or does not
     *     end
     */
    TrialStore.Result run(Callable<TrialStore.Result> trial) throws InterruptedException {
        Future<TrialStore.Result> result = runner.submit(trial);
        try {
            return result.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            StringBuilder where = new StringBuilder(String.valueOf(e.getCause()));
            StackTraceElement[] trace = e.getCause() == null
                    ? new StackTraceElement[0]
                    : e.getCause().getStackTrace();
            for (int i = 0; i < Math.min(5, trace.length); i++) {
                where.append(" at ").append(trace[i]);
            }
            return new TrialStore.Result(TrialStore.Outcome.WRONG, where.toString());
        } catch (TimeoutException e) {
            result.cancel(true);
            return new TrialStore.Result(TrialStore.Outcome.WRONG, "did not end within " + seconds + " seconds");
        }
    }

    @Override
    public void close() {
        runner.shutdownNow();
    }
}
