package io.ashlar.runtime;

import io.ashlar.CollectReport;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import io.ashlar.StorePolicies;
import io.ashlar.StoreStatistics;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.extent.Unsealer;
import io.ashlar.journal.JournalRecovery;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import java.util.Objects;
import java.util.Optional;

/** A store that is open for reading only: the state that recovery found, and nothing that would change it. */
final class ReadOnlyEngine implements StorageEngine {
    private final Recovered recovered;
    private final StoreFiles files;
    private final Disk disk;
    private final Resources resources;
    private final ReadableExtents extents;
    private final ReadablePolicies policies;

    ReadOnlyEngine(
            Recovered recovered, StoreFiles files, Disk disk, Clock clock, Resources resources, Unsealer unsealer) {
        this.recovered = recovered;
        this.files = files;
        this.disk = disk;
        this.resources = resources;
        JournalRecovery journal = resources.add(Objects.requireNonNull(recovered.journal()));
        ExtentAccess access = new ExtentAccess(recovered.backend(), journal::read, recovered.catalog()::find, unsealer);
        extents = new ReadableExtents(recovered.catalog(), access, recovered.pins(), clock);
        policies = new ReadablePolicies(recovered.catalog());
    }

    private static IllegalStateException refused() {
        return new IllegalStateException("the store is open for reading only");
    }

    @Override
    public ExtentStore extents() {
        return extents;
    }

    @Override
    public Optional<StoreDrives> drives() {
        return Optional.empty();
    }

    @Override
    public ExtentStore extents(String policy) {
        throw refused();
    }

    @Override
    public StorePolicies policies() {
        return policies;
    }

    @Override
    public RecoveryReport recovery() {
        return recovered.report();
    }

    @Override
    public EngineSettings settings() {
        return recovered.settings();
    }

    @Override
    public StoreStatistics statistics() {
        extents.checkOpen();
        long free = Errors.typed("ask for free space", () -> disk.usableBytes(files.directory()));
        long last = recovered.lastSequence();
        return Statistics.of(
                recovered.catalog(),
                recovered.settings(),
                recovered.report().journalBytesReplayed(),
                last,
                last,
                recovered.pins().count(),
                free);
    }

    @Override
    public void checkpoint() {
        throw refused();
    }

    @Override
    public CollectReport collect(boolean dryRun, ProgressListener listener) {
        throw refused();
    }

    @Override
    public FsckReport fsck(long maxBytesPerSecond, ProgressListener listener) {
        throw refused();
    }

    @Override
    public void close() {
        extents.close();
        resources.close();
    }
}
