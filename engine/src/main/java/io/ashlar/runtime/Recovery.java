package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.Pins;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.Manifest;
import io.ashlar.catalog.table.ManifestStore;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.format.CommandLayout;
import io.ashlar.journal.JournalRecovery;
import io.ashlar.journal.JournalReport;
import io.ashlar.journal.JournalSettings;
import io.ashlar.journal.ReplayPoint;
import io.ashlar.spi.Disk;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a store that is there, in explicit steps:
 *
 * <ol>
 *   <li>the newest superblock that is whole,
 *   <li>the manifest that it names, and with it the tables of the checkpoint,
 *   <li>the journal from the place that the manifest names, record by record through the same code that applied them first.
 * </ol>
 *
 * <p>Changes nothing: whoever wants to write starts a new life of the journal afterwards.
 */
final class Recovery {
    private static final int SPARE_SEGMENTS = 4;

    private final Disk disk;
    private final StoreFiles files;
    private final ExtentBackend backend;
    private final EngineSettings wanted;
    private final Probe probe;
    private final boolean salvage;
    private final List<String> problems = new ArrayList<>();

    Recovery(Disk disk, StoreFiles files, ExtentBackend backend, EngineSettings wanted, Probe probe, boolean salvage) {
        this.disk = disk;
        this.files = files;
        this.backend = backend;
        this.wanted = wanted;
        this.probe = probe;
        this.salvage = salvage;
    }

    static JournalSettings journalSettings(EngineSettings settings) {
        return new JournalSettings(
                settings.journalSegmentBytes(),
                settings.journalMaxBytes(),
                CommandLayout.MAX_RECORD_BYTES,
                SPARE_SEGMENTS);
    }

    static TableReader tableReader(EngineSettings settings, ExtentBackend backend) {
        return new TableReader(new ExtentPageSource(backend), new PageCache(settings.memoryBudgetBytes() / 2));
    }

    static Pins pins(EngineSettings settings, Probe probe) {
        return new Pins(settings.pinMaxMillis() * 1_000_000, probe);
    }

    /** The settings with those that the store fixed when it was created. */
    private EngineSettings settings(Superblock superblock) {
        return wanted.withIdentity(superblock.hash()).withExtentPageBytes(superblock.pageBytes());
    }

    Recovered run(SuperblockStore.Loaded loaded) throws IOException {
        problems.addAll(loaded.problems());
        SuperblockStore.Loaded trusted = loaded;
        Checkpointer.InForce newest;
        try {
            newest = checkpoint(loaded.newest().manifest());
        } catch (DamagedException e) {
            // All that the checkpoint before needs is kept for this very case; the journal has what came after it.
            trusted = loaded.fallBack();
            if (trusted == null) {
                throw e;
            }
            problems.add("the newest checkpoint is damaged, the one before it is in force again: " + e.getMessage());
            newest = checkpoint(trusted.newest().manifest());
        }
        return run(trusted, newest);
    }

    private Recovered run(SuperblockStore.Loaded loaded, Checkpointer.InForce newest) throws IOException {
        Superblock superblock = loaded.newest();
        EngineSettings settings = settings(superblock);
        Checkpointer.InForce older = olderCheckpoint(loaded.older());

        Manifest manifest = newest.manifest();
        Pins pins = pins(settings, probe);
        TableReader reader = tableReader(settings, backend);
        Catalog catalog = new Catalog(
                reader,
                manifest == null ? TableStack.EMPTY : manifest.tables(),
                manifest == null ? new long[0] : figures(manifest),
                pins,
                probe);
        ReplayPoint from = manifest == null
                ? ReplayPoint.BEGINNING
                : new ReplayPoint(manifest.replaySegment(), manifest.replayOffset(), manifest.replaySequence());
        JournalRecovery journal = new JournalRecovery(
                disk,
                files.journal(),
                journalSettings(settings),
                superblock.storeIdHigh(),
                superblock.storeIdLow(),
                from,
                salvage);
        JournalReport replayed;
        try {
            replayed = journal.replay((sequence, type, payload, position) -> {
                catalog.apply(sequence, type, payload, position);
                catalog.durable(sequence);
            });
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
        probe.recovered(replayed.lastSequence());
        problems.addAll(replayed.warnings());
        RecoveryReport report = new RecoveryReport(
                false,
                replayed.recordsReplayed() == 0 && replayed.tornBytes() == 0 && !replayed.lossy(),
                replayed.recordsReplayed(),
                replayed.bytesReplayed(),
                replayed.tornBytes(),
                replayed.lossy() ? replayed.lostTo() - replayed.lostFrom() + 1 : 0,
                List.copyOf(problems));
        return new Recovered(
                settings,
                backend,
                loaded.store(),
                newest,
                older,
                catalog,
                reader,
                pins,
                journal,
                report,
                replayed.lastSequence());
    }

    private Checkpointer.InForce checkpoint(@Nullable StoredObject first) throws IOException {
        if (first == null) {
            return Checkpointer.InForce.NONE;
        }
        try {
            ManifestStore.Stored stored = ManifestStore.read(first, new ExtentPageSource(backend));
            return Checkpointer.InForce.of(stored.manifest(), stored.objects());
        } catch (io.ashlar.spi.ObjectNotFoundException e) {
            throw new DamagedException(
                    "the manifest of a checkpoint, object " + first.name() + ", is gone from the backend", e);
        }
    }

    /** The checkpoint before the last is only a precaution: damage to it is reported, and mended by the next checkpoint. */
    private Checkpointer.InForce olderCheckpoint(@Nullable Superblock superblock) throws IOException {
        if (superblock == null) {
            return Checkpointer.InForce.NONE;
        }
        try {
            return checkpoint(superblock.manifest());
        } catch (StorageException e) {
            problems.add("the checkpoint before the last is damaged: " + e.getMessage());
            return Checkpointer.InForce.NONE;
        }
    }

    private static long[] figures(Manifest manifest) {
        long[] figures = new long[Counters.COUNT];
        for (Map.Entry<Integer, Long> figure : manifest.counters().entrySet()) {
            if (figure.getKey() < figures.length) {
                figures[figure.getKey()] = figure.getValue();
            }
        }
        return figures;
    }
}
