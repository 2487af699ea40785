package io.ashlar.runtime;

import io.ashlar.CollectReport;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreClosedException;
import io.ashlar.StoreDrives;
import io.ashlar.StorePolicies;
import io.ashlar.StoreStatistics;
import io.ashlar.erasure.KernelSelection;
import io.ashlar.pipeline.WritePipeline;
import io.ashlar.spi.Disk;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A store that is open for writing, with threads that drive it. */
final class Engine implements StorageEngine {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final EngineCore core;
    private final StoreFiles files;
    private final Disk disk;
    private final Resources resources;
    private final Extents extents;
    private final Maintenance maintenance;
    private final Jobs jobs;
    private final EnginePolicies policies;
    private final WritePipeline pipeline;
    private final @Nullable EngineDrives drives;
    private final AtomicBoolean closed = new AtomicBoolean();

    Engine(EngineCore core, StoreFiles files, Disk disk, Resources resources, @Nullable EngineDrives drives) {
        this.drives = drives;
        this.core = core;
        this.files = files;
        this.disk = disk;
        this.resources = resources;
        extents = new Extents(core);
        maintenance = new Maintenance(core);
        jobs = new Jobs(core, maintenance, files, disk);
        policies = new EnginePolicies(core, extents, maintenance, jobs);
        ThreadedDriver driver = (ThreadedDriver) core.driver();
        driver.wantsRoom(maintenance::wantRoom);
        pipeline = driver.pipeline();
    }

    void start() {
        boolean started = false;
        try {
            if (core.recovery().created()) {
                // From the first write on there are two superblocks, of which one is whole whatever happens.
                maintenance.checkpointAlways();
            }
            maintenance.start();
            if (drives != null) {
                drives.start();
            }
            KernelSelection.begin(core.clock(), core.threads());
            started = true;
        } finally {
            if (!started) {
                // Nobody else would end its threads.
                pipeline.close(core.settings().writeTimeoutMillis() * 2_000_000);
            }
        }
    }

    @Override
    public ExtentStore extents() {
        return extents;
    }

    @Override
    public Optional<StoreDrives> drives() {
        return Optional.ofNullable(drives);
    }

    @Override
    public ExtentStore extents(String policy) {
        return extents.under(policy);
    }

    @Override
    public StorePolicies policies() {
        return policies;
    }

    @Override
    public RecoveryReport recovery() {
        return core.recovery();
    }

    @Override
    public EngineSettings settings() {
        return core.settings();
    }

    @Override
    public StoreStatistics statistics() {
        checkOpen();
        long free = Errors.typed("ask for free space", () -> disk.usableBytes(files.directory()));
        return Statistics.of(
                core.catalog(),
                core.settings(),
                core.journal().usedBytes(),
                core.commitStage().durableSequence(),
                core.commitStage().appliedSequence(),
                core.pins().count(),
                free);
    }

    @Override
    public void checkpoint() {
        checkOpen();
        maintenance.checkpoint();
    }

    @Override
    public CollectReport collect(boolean dryRun, ProgressListener listener) {
        checkOpen();
        return jobs.collect(dryRun, listener);
    }

    @Override
    public FsckReport fsck(long maxBytesPerSecond, ProgressListener listener) {
        checkOpen();
        if (maxBytesPerSecond <= 0) {
            throw new IllegalArgumentException("a limit of " + maxBytesPerSecond + " bytes a second reads nothing");
        }
        return jobs.check(maxBytesPerSecond, listener);
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new StoreClosedException("the store is closed");
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long timeoutNanos = core.settings().writeTimeoutMillis() * 2_000_000;
        extents.close();
        pipeline.refuse();
        RuntimeException failure = null;
        failure = attempt(failure, () -> jobs.stop(timeoutNanos));
        EngineDrives mending = drives;
        if (mending != null) {
            failure = attempt(failure, () -> mending.stop(timeoutNanos));
        }
        failure = attempt(failure, () -> maintenance.stop(timeoutNanos));
        failure = attempt(failure, () -> pipeline.drainPayloads(timeoutNanos));
        if (!core.latch().hasFailed()) {
            failure = attempt(
                    failure,
                    () -> maintenance.drive("write the last checkpoint", () -> {
                        maintenance.quiesce();
                        maintenance.finishAndCheckpoint();
                        return true;
                    }));
        }
        failure = attempt(failure, () -> pipeline.close(timeoutNanos));
        failure = attempt(failure, resources::close);
        if (failure != null) {
            throw failure;
        }
        LOG.log(System.Logger.Level.DEBUG, "closed the store in {0}", files.directory());
    }

    private static @Nullable RuntimeException attempt(@Nullable RuntimeException before, Runnable action) {
        try {
            action.run();
            return before;
        } catch (RuntimeException e) {
            if (before != null) {
                before.addSuppressed(e);
                return before;
            }
            return e;
        }
    }
}
