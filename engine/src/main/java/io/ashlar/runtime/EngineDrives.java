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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The drives of an open store, and the thread that keeps what is on them well. */
final class EngineDrives implements StoreDrives {
    private static final long REST_NANOS = 500_000_000;

    private final DriveStore drives;
    private final EngineCore core;
    private final DrivesFile file;
    /** Held by whoever goes through all objects. */
    private final ReentrantLock scrubbing = new ReentrantLock(true);

    private final CompletableFuture<Void> stop = new CompletableFuture<>();

    /** For what is done without anybody asking for it. */
    private final Throttle throttle;

    private final ScrubSchedule schedule;
    private Threads.@Nullable Worker worker;
    private volatile boolean scrubs;

    EngineDrives(DriveStore drives, EngineCore core, DrivesFile file, ScrubFile scrubFile) {
        this.drives = drives;
        this.core = core;
        this.file = file;
        long bytesPerSecond = core.settings().drives().mendBytesPerSecondMax();
        throttle = new Throttle(core.clock(), core.threads(), bytesPerSecond, stop::isDone);
        schedule = new ScrubSchedule(
                scrubFile,
                (after, deep) -> drives.walk(after, deep, throttle::read),
                core.settings().drives(),
                core.clock());
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
        schedule.save();
    }

    /** Does a little; returns whether there was something to do. */
    boolean step() {
        if (core.latch().hasFailed()) {
            return false;
        }
        return drives.step(throttle::read) || stepSchedule();
    }

    private boolean stepSchedule() {
        // Whoever has asked for a scrub goes first, and is not joined by another one.
        if (scrubbing.hasQueuedThreads() || !scrubbing.tryLock()) {
            return false;
        }
        try {
            return schedule.step();
        } finally {
            scrubbing.unlock();
        }
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
                (budget, goOn) -> drives.drain(number, budget, goOn));
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
        return goThrough("scrub the drives", maxBytesPerSecond, listener, (budget, goOn) -> {
            long begunMillis = core.clock().currentTimeMillis();
            ScrubReport report = drives.scrub(after, deep, budget, goOn);
            if (report.complete() && after.isEmpty()) {
                schedule.done(deep, begunMillis);
            }
            return report;
        });
    }

    /** Goes through all objects. */
    private interface Walk {
        ScrubReport run(LongConsumer budget, DriveStore.GoOn goOn) throws IOException;
    }

    private ScrubReport goThrough(String what, long maxBytesPerSecond, ProgressListener listener, Walk walk) {
        if (maxBytesPerSecond <= 0) {
            throw new IllegalArgumentException("a limit of " + maxBytesPerSecond + " bytes a second reads nothing");
        }
        scrubbing.lock();
        try {
            scrubs = true;
            Throttle asked = new Throttle(core.clock(), core.threads(), maxBytesPerSecond, stop::isDone);
            return Errors.typed(
                    what,
                    () -> walk.run(
                            asked::read, report -> listener.progress(what, report.objects(), 0) && !stop.isDone()));
        } finally {
            scrubs = false;
            scrubbing.unlock();
        }
    }
}
