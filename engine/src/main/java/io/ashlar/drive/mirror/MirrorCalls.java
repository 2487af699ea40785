package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.Caller;
import io.ashlar.drive.fanout.Wave;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Does something in all places of a {@link MirroredDisk}, or in one of them; always by the threads of the place, so that one that hangs
 * holds up nobody for longer than a time-out. What fails in some places only ends what these count for. Safe for use by many threads.
 */
final class MirrorCalls {
    private final MirrorPlaces places;
    private final Threads threads;
    private final long graceNanos;
    private final long timeoutNanos;
    private final Caller patient;
    private final Caller impatient;

    MirrorCalls(MirrorPlaces places, MirroredDisk.Settings settings, Threads threads) {
        this.places = places;
        this.threads = threads;
        graceNanos = TimeUnit.MILLISECONDS.toNanos(settings.graceMillis());
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis());
        patient = new Caller(threads, timeoutNanos);
        impatient = new Caller(threads, Math.min(graceNanos, timeoutNanos));
    }

    /** Something that is done in a place. */
    interface Call<T> {
        T call(Mirror mirror) throws IOException;
    }

    /**
     * Does something everywhere; where it fails while it does not elsewhere, the place counts no more.
     *
     * @param call what to do
     * @param done done as well, before any place can come or go
     * @param changed the files that change, and directories
     */
    <T> Map<Mirror, T> everywhere(Call<T> call, Runnable done, Path... changed) throws IOException {
        while (true) {
            places.shared().lock();
            try {
                if (places.areSettled()) {
                    places.touch(changed);
                    Map<Mirror, T> results = new ConcurrentHashMap<>();
                    places.failed(fanOut(call, results));
                    done.run();
                    if (places.areSettled()) {
                        return results;
                    }
                    // Not done until they count no more.
                    places.shared().unlock();
                    try {
                        places.dropFailing();
                    } finally {
                        places.shared().lock();
                    }
                    return results;
                }
            } finally {
                places.shared().unlock();
            }
            places.dropFailing();
        }
    }

    /** Returns the places that failed; throws if all have. */
    private <T> Map<Mirror, Throwable> fanOut(Call<T> call, Map<Mirror, T> results) throws IOException {
        List<Mirror> called = places.inUse();
        Wave wave = new Wave(called.size(), each -> each.goodCount() > 0);
        for (int i = 0; i < called.size(); i++) {
            int index = i;
            Mirror mirror = called.get(i);
            boolean taken =
                    mirror.executor().offer(() -> wave.run(index, () -> results.put(mirror, call.call(mirror))));
            if (!taken) {
                wave.ended(index, new IOException(mirror + " has more to do than it can"));
            }
        }
        wave.await(threads, timeoutNanos, graceNanos);
        Map<Mirror, Throwable> failed = new LinkedHashMap<>();
        for (int i = 0; i < called.size(); i++) {
            if (!wave.isGood(i)) {
                Throwable failure = wave.failure(i);
                failed.put(
                        called.get(i),
                        failure == null ? new IOException("no answer while others had long given theirs") : failure);
            }
        }
        if (failed.size() == called.size()) {
            throw failure(failed);
        }
        return failed;
    }

    private static IOException failure(Map<Mirror, Throwable> failed) {
        Throwable first = failed.values().iterator().next();
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        return first instanceof IOException exception ? exception : new IOException(first);
    }

    /**
     * Asks one place, and the others as long as that fails, takes longer than others should be made to wait, or the file is not there.
     * What failed where others do not counts no more.
     */
    <T> T somewhere(Call<T> call) throws IOException {
        Map<Mirror, Throwable> failed = new LinkedHashMap<>();
        List<Mirror> asked = places.inUse();
        for (Mirror mirror : asked) {
            try {
                T result = at(mirror, call);
                leave(failed);
                return result;
            } catch (IOException e) {
                failed.put(mirror, e);
            }
        }
        for (Mirror mirror : asked) {
            // None of the others could make up for it: all that is left is to be patient.
            if (asked.size() > 1 && failed.get(mirror) instanceof Caller.NoAnswerException late) {
                try {
                    T result = patient.call(mirror.executor(), mirror, () -> call.call(mirror));
                    failed.remove(mirror);
                    leave(failed);
                    return result;
                } catch (IOException e) {
                    late.addSuppressed(e);
                }
            }
        }
        throw failure(failed);
    }

    private void leave(Map<Mirror, Throwable> failed) throws IOException {
        for (Map.Entry<Mirror, Throwable> entry : failed.entrySet()) {
            places.leave(entry.getKey().number(), entry.getValue());
        }
    }

    /** Asks one place, and waits no longer than for any of several if there are others. */
    <T> T at(Mirror mirror, Call<T> call) throws IOException {
        Caller caller = places.inUse().size() > 1 ? impatient : patient;
        return caller.call(mirror.executor(), mirror, () -> call.call(mirror));
    }

    /** Closes a file wherever it is open; throws only if that fails in all places: whatever counts was forced before. */
    void close(Map<Mirror, DiskFile> handles) throws IOException {
        List<Map.Entry<Mirror, DiskFile>> closed = List.copyOf(handles.entrySet());
        Wave wave = new Wave(closed.size(), each -> each.goodCount() > 0);
        for (int i = 0; i < closed.size(); i++) {
            int index = i;
            DiskFile handle = closed.get(i).getValue();
            Mirror mirror = closed.get(i).getKey();
            if (!mirror.executor().offer(() -> wave.run(index, handle::close))) {
                wave.ended(index, new IOException(mirror + " has more to do than it can"));
            }
        }
        wave.await(threads, timeoutNanos, graceNanos);
        Map<Mirror, Throwable> failed = new LinkedHashMap<>();
        for (int i = 0; i < closed.size(); i++) {
            Throwable failure = wave.failure(i);
            if (failure != null) {
                failed.put(closed.get(i).getKey(), failure);
            }
        }
        if (!failed.isEmpty() && failed.size() == closed.size()) {
            throw failure(failed);
        }
    }
}
