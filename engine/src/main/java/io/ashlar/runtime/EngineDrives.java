package io.ashlar.runtime;

import io.ashlar.DriveStatus;
import io.ashlar.ProgressListener;
import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageException;
import io.ashlar.StoreDrives;
import io.ashlar.drive.DriveRole;
import io.ashlar.drive.DriveStore;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The drives of an open store, and the thread that keeps what is on them well. */
final class EngineDrives implements StoreDrives {
    private static final long REST_NANOS = 500_000_000;

    private final DriveStore drives;
    private final EngineCore core;
    private final DrivesFile file;
    private final Object scrubbing = new Object();
    private final CompletableFuture<Void> stop = new CompletableFuture<>();

    /** For what is done without anybody asking for it. */
    private final Throttle throttle;

    private Threads.@Nullable Worker worker;
    private volatile boolean scrubs;

    EngineDrives(DriveStore drives, EngineCore core, DrivesFile file) {
        this.drives = drives;
        this.core = core;
        this.file = file;
        long bytesPerSecond = core.settings().drives().mendBytesPerSecondMax();
        throttle = new Throttle(core.clock(), core.threads(), bytesPerSecond, stop::isDone);
    }

    void start() {
        worker = core.threads().start("ashlar-healer", this::heal);
    }

    private void heal() {
        while (!stop.isDone()) {
            if (!step()) {
                core.threads().await(stop, REST_NANOS);
            }
        }
    }

    /** Does a little; returns whether there was something to do. */
    boolean step() {
        return !core.latch().hasFailed() && drives.step(throttle::read);
    }

    void stop(long timeoutNanos) {
        stop.complete(null);
        Threads.Worker running = worker;
        boolean ended = running == null || running.join(timeoutNanos);
        if (!core.threads().await(() -> !scrubs, timeoutNanos) || !ended) {
            throw new StorageException("mending of drives did not end within " + timeoutNanos / 1_000_000 + " ms");
        }
    }

    @Override
    public List<DriveStatus> list() {
        return drives.status();
    }

    @Override
    public Redundancy redundancy() {
        return drives.redundancy();
    }

    @Override
    public int add(URI uri, String domain, long weight) {
        return change(
                "add a drive at " + uri,
                () -> drives.add(uri, domain, weight, core.names().life(), core.names()::nextCounter));
    }

    @Override
    public void replace(int number, URI uri) {
        change("replace drive " + number, () -> {
            drives.replace(number, uri);
            return number;
        });
    }

    @Override
    public ScrubReport drain(int number, long maxBytesPerSecond, ProgressListener listener) {
        role(number, DriveRole.DRAINING);
        return goThrough(
                "drain drive " + number,
                maxBytesPerSecond,
                listener,
                (budget, goOn) -> drives.scrub("", false, budget, goOn));
    }

    @Override
    public void remove(int number) {
        role(number, DriveRole.REMOVED);
    }

    private void role(int number, DriveRole role) {
        change("change drive " + number, () -> {
            drives.role(number, role, core.names().life(), core.names()::nextCounter);
            return number;
        });
    }

    @Override
    public ScrubReport rebalance(String after, long maxBytesPerSecond, ProgressListener listener) {
        return goThrough(
                "rebalance the drives",
                maxBytesPerSecond,
                listener,
                (budget, goOn) -> drives.rebalance(after, budget, goOn));
    }

    private <T> T change(String what, Errors.Action<T> action) {
        return Errors.typed(what, () -> {
            T result = action.run();
            file.write(new DrivesFile.Content(drives.redundancy(), drives.places()));
            return result;
        });
    }

    @Override
    public ScrubReport scrub(String after, boolean deep, long maxBytesPerSecond, ProgressListener listener) {
        return goThrough(
                "scrub the drives",
                maxBytesPerSecond,
                listener,
                (budget, goOn) -> drives.scrub(after, deep, budget, goOn));
    }

    /** Goes through all objects. */
    private interface Walk {
        ScrubReport run(LongConsumer budget, DriveStore.GoOn goOn) throws IOException;
    }

    private ScrubReport goThrough(String what, long maxBytesPerSecond, ProgressListener listener, Walk walk) {
        if (maxBytesPerSecond <= 0) {
            throw new IllegalArgumentException("a limit of " + maxBytesPerSecond + " bytes a second reads nothing");
        }
        synchronized (scrubbing) {
            scrubs = true;
            try {
                Throttle throttle = new Throttle(core.clock(), core.threads(), maxBytesPerSecond, stop::isDone);
                return Errors.typed(
                        what,
                        () -> walk.run(
                                throttle::read,
                                report -> listener.progress(what, report.objects(), 0) && !stop.isDone()));
            } finally {
                scrubs = false;
            }
        }
    }
}
