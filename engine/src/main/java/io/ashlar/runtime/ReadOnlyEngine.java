package io.ashlar.runtime;

import io.ashlar.CollectReport;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreStatistics;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.Counters.Figure;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.journal.JournalRecovery;
import io.ashlar.spi.Clock;
import java.util.Objects;

/** A store that is open for reading only: the state that recovery found, and nothing that would change it. */
final class ReadOnlyEngine implements StorageEngine {
    private final Recovered recovered;
    private final Resources resources;
    private final ReadableExtents extents;

    ReadOnlyEngine(Recovered recovered, Clock clock, Resources resources) {
        this.recovered = recovered;
        this.resources = resources;
        JournalRecovery journal = resources.add(Objects.requireNonNull(recovered.journal()));
        ExtentAccess access = new ExtentAccess(recovered.backend(), journal::read, recovered.catalog()::find);
        extents = new ReadableExtents(recovered.catalog(), access, recovered.pins(), clock);
    }

    private static IllegalStateException refused() {
        return new IllegalStateException("the store is open for reading only");
    }

    @Override
    public ExtentStore extents() {
        return extents;
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
        Counters counters = recovered.catalog().counters();
        return new StoreStatistics(
                counters.get(Figure.EXTENTS),
                counters.get(Figure.PLAIN_BYTES),
                counters.get(Figure.STORED_BYTES),
                counters.get(Figure.REFERENCED_BYTES),
                counters.get(Figure.GARBAGE_EXTENTS),
                counters.get(Figure.GARBAGE_BYTES),
                counters.get(Figure.NAMES),
                counters.get(Figure.PACKS),
                counters.get(Figure.INLINE_EXTENTS),
                recovered.catalog().tables().storedBytes(),
                recovered.catalog().tables().tables().size(),
                recovered.report().journalBytesReplayed(),
                recovered.settings().journalMaxBytes(),
                0,
                0,
                recovered.pins().count(),
                0);
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
