package io.ashlar.drive;

import io.ashlar.drive.fanout.Caller;
import io.ashlar.drive.fanout.Wave;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls to drives, each on the threads of its own drive, so that none that hangs holds up whoever calls for longer than a time-out. What
 * is late goes on record with the drive. Safe for use by many threads.
 */
final class DriveCalls {
    private final Threads threads;
    private final long timeoutNanos;
    private final long graceNanos;
    private final Caller caller;
    private final Caller impatient;

    DriveCalls(FanOutSettings settings, Threads threads) {
        this.threads = threads;
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis());
        graceNanos = TimeUnit.MILLISECONDS.toNanos(settings.graceMillis());
        caller = new Caller(threads, timeoutNanos);
        impatient = new Caller(threads, Math.min(graceNanos, timeoutNanos));
    }

    /** A call to one drive. */
    interface Call<T> {
        T on(Drive drive) throws IOException;
    }

    /** A call to one of several drives. */
    interface IndexedCall<T> {
        T on(int index, Drive drive) throws IOException;
    }

    /**
     * Calls a drive.
     *
     * @throws Caller.NoAnswerException if it takes too long; what was not begun by then is not done at all
     * @throws IOException if it fails
     */
    <T> T one(Drive drive, Call<T> call) throws IOException {
        try {
            return caller.call(drive.executor(), drive, () -> call.on(drive));
        } catch (Caller.NoAnswerException e) {
            drive.health().failed(e);
            throw e;
        }
    }

    /** Has a drive find out whether it is still itself. Waits for that a moment, since it is soon told. */
    void suspectSwap(Drive drive) {
        try {
            impatient.call(drive.executor(), drive, () -> {
                drive.suspectSwap();
                return drive;
            });
        } catch (IOException e) {
            // It is found out when it answers again.
        }
    }

    /** What came of calls to several drives, as far as they were over. */
    static final class Answers<T> {
        private final List<Drive> drives;
        private final List<@Nullable T> values = new ArrayList<>();
        private final List<@Nullable Throwable> failures = new ArrayList<>();

        private Answers(List<Drive> drives, Wave wave, AtomicReferenceArray<@Nullable T> results) {
            this.drives = drives;
            for (int i = 0; i < drives.size(); i++) {
                // Once: what ends from now on does not count.
                boolean good = wave.isGood(i);
                Throwable failure = good ? null : wave.failure(i);
                values.add(good ? results.get(i) : null);
                failures.add(
                        good || failure != null ? failure : new IOException(drives.get(i) + " gave no answer in time"));
            }
        }

        int count() {
            return drives.size();
        }

        Drive drive(int index) {
            return drives.get(index);
        }

        /** What a call gave; null if it failed, or is not over. */
        @Nullable
        T get(int index) {
            return values.get(index);
        }

        /** Why a call gave nothing; null if it did. */
        @Nullable
        Throwable failure(int index) {
            return failures.get(index);
        }

        /** Of the last call that failed, why; null if none has. */
        @Nullable
        IOException lastFailure() {
            IOException last = null;
            for (Throwable failure : failures) {
                if (failure instanceof Error error) {
                    throw error;
                }
                if (failure != null) {
                    last = failure instanceof IOException exception ? exception : new IOException(failure);
                }
            }
            return last;
        }
    }

    /** Calls drives at once, and waits a moment for the last ones when most have ended. Those late are done all the same. */
    <T> Answers<T> most(List<Drive> drives, IndexedCall<T> call) {
        return some(drives, call, wave -> isMost(wave, drives.size()));
    }

    static boolean isMost(Wave wave, int calls) {
        return 2 * wave.endedCount() > calls && wave.goodCount() > 0;
    }

    /** Calls drives at once, and waits for all of them. */
    <T> Answers<T> all(List<Drive> drives, IndexedCall<T> call) {
        return some(drives, call, wave -> false);
    }

    /** Calls drives at once, and waits a moment for the last ones when enough have ended. Those late are done all the same. */
    <T> Answers<T> some(List<Drive> drives, IndexedCall<T> call, Predicate<Wave> isEnough) {
        AtomicReferenceArray<@Nullable T> results = new AtomicReferenceArray<>(drives.size());
        Wave wave = new Wave(drives.size(), isEnough);
        for (int i = 0; i < drives.size(); i++) {
            int index = i;
            Drive drive = drives.get(i);
            if (!drive.executor().offer(() -> wave.run(index, () -> results.set(index, call.on(index, drive))))) {
                wave.ended(index, new IOException(drive + " has more to do than it can"));
            }
        }
        boolean enough = wave.await(threads, timeoutNanos, graceNanos);
        blame(drives, wave, enough);
        return new Answers<>(drives, wave, results);
    }

    private static void blame(List<Drive> drives, Wave wave, boolean enough) {
        for (int i = 0; i < drives.size(); i++) {
            if (!wave.hasEnded(i)) {
                DriveHealth health = drives.get(i).health();
                if (enough) {
                    health.slow(new IOException("no answer while others had long given theirs"));
                } else {
                    health.failed(new IOException("no answer in time"));
                }
            }
        }
    }
}
