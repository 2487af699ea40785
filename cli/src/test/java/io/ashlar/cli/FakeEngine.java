package io.ashlar.cli;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store in memory that does as much as commands need. Opening it again finds what was there. */
public final class FakeEngine implements StorageEngine {
    private final FakeExtents extents = new FakeExtents();
    private final List<FsckReport.Finding> findings = new ArrayList<>();

    public void damage(FsckReport.Finding finding) {
        findings.add(finding);
    }

    @Override
    public ExtentStore extents() {
        return extents;
    }

    @Override
    public ExtentStore extents(String policy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StorePolicies policies() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoreDrives> drives() {
        return Optional.empty();
    }

    @Override
    public RecoveryReport recovery() {
        return new RecoveryReport(false, true, 0, 0, 0, 0, List.of());
    }

    @Override
    public EngineSettings settings() {
        return EngineSettings.defaults();
    }

    @Override
    public StoreStatistics statistics() {
        long stored = extents.storedBytes();
        return new StoreStatistics(
                extents.count(), stored, stored, stored, 0, 0, extents.nameCount(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void checkpoint() {}

    @Override
    public CollectReport collect(boolean dryRun, ProgressListener listener) {
        return new CollectReport(dryRun, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Override
    public FsckReport fsck(long maxBytesPerSecond, ProgressListener listener) {
        return new FsckReport(true, extents.count(), extents.storedBytes(), 0, findings.size(), List.copyOf(findings));
    }

    @Override
    public void close() {}
}
