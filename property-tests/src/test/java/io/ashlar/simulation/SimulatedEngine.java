package io.ashlar.simulation;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.StoreFullException;
import io.ashlar.backend.local.FileBackendProvider;
import io.ashlar.catalog.Fsck;
import io.ashlar.catalog.Orphans;
import io.ashlar.runtime.EngineAssembly;
import io.ashlar.runtime.EngineCore;
import io.ashlar.runtime.Resources;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.Disk;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Threads;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedEntropy;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** An engine open on a simulated disk, without any thread: somebody calls its steps. */
final class SimulatedEngine {
    static final Path DIRECTORY = Path.of("/store");

    /** From when this is there, there is a store. */
    static final Path SUPERBLOCK = DIRECTORY.resolve("superblock-a");

    /** More than any chain of nodes is long. */
    private static final int COLLECTIONS_MAX = 1_000;

    // What the paths of files begin with.
    static final String ANCHORS = DIRECTORY.resolve("superblock-").toString();
    static final String JOURNAL = DIRECTORY.resolve("journal").toString();
    static final String EXTENTS = DIRECTORY.resolve("extents").toString();

    private static final URI OBJECTS = URI.create("file:///store/extents");
    private static final FileBackendProvider BACKENDS = new FileBackendProvider();

    final SimulatedDisk disk;
    final SimulatedClock clock;
    final History history;
    final EngineCore core;
    final SteppedDriver driver;
    final ExtentStore extents;
    final Resources resources;

    private SimulatedEngine(
            SimulatedDisk disk, SimulatedClock clock, History history, EngineCore core, Resources resources) {
        this.disk = disk;
        this.clock = clock;
        this.history = history;
        this.core = core;
        this.resources = resources;
        driver = (SteppedDriver) core.driver();
        extents = core.extents();
    }

    /**
     * Opens what is on a disk.
     *
     * @param step what others do while somebody waits
     */
    static SimulatedEngine open(
            SimulatedDisk disk,
            SimulatedClock clock,
            EngineSettings settings,
            History history,
            Figures figures,
            long entropySeed,
            Runnable step)
            throws IOException {
        Threads threads = new SimulatedThreads(clock, step);
        return open(disk, clock, settings, history, figures, entropySeed, threads, backend -> backend);
    }

    /**
     * Opens what is on a disk.
     *
     * @param threads how somebody waits
     * @param wrap puts something between the engine and its backend
     */
    static SimulatedEngine open(
            SimulatedDisk disk,
            SimulatedClock clock,
            EngineSettings settings,
            History history,
            Figures figures,
            long entropySeed,
            Threads threads,
            UnaryOperator<ExtentBackend> wrap)
            throws IOException {
        disk.createDirectories(DIRECTORY);
        EngineAssembly assembly = assembly(disk, clock, settings, entropySeed, threads, wrap, false);
        assembly.probe(history.watch.begin());
        Resources resources = new Resources();
        boolean open = false;
        try {
            EngineCore core = assembly.openCore(resources, parts -> new SteppedDriver(parts, history, figures));
            open = true;
            SimulatedEngine engine = new SimulatedEngine(disk, clock, history, core, resources);
            history.watch.opened(engine);
            return engine;
        } finally {
            if (!open && !disk.isDead()) {
                resources.close();
            }
        }
    }

    /**
     * Opens a store over drives.
     *
     * @param disk the simulated one
     * @param faults what the engine sees of it
     * @param assembly made ready, but for its seams
     */
    static SimulatedEngine open(
            SimulatedDisk disk,
            Disk faults,
            SimulatedClock clock,
            History history,
            Figures figures,
            long entropySeed,
            Threads threads,
            EngineAssembly assembly)
            throws IOException {
        assembly.seams(faults, clock, threads, new SimulatedEntropy(entropySeed));
        assembly.inlineDrives(true);
        assembly.probe(history.watch.begin());
        Resources resources = new Resources();
        EngineCore core = assembly.openCore(resources, parts -> new SteppedDriver(parts, history, figures));
        SimulatedEngine engine = new SimulatedEngine(disk, clock, history, core, resources);
        history.watch.opened(engine);
        return engine;
    }

    /**
     * Opens what is on a disk for reading only, by the face that users have.
     *
     * @throws IOException if there is no directory of objects yet
     */
    static StorageEngine openReadOnly(SimulatedDisk disk, SimulatedClock clock, EngineSettings settings)
            throws IOException {
        EngineAssembly assembly =
                assembly(disk, clock, settings, 0, new SimulatedThreads(clock, () -> {}), backend -> backend, true);
        assembly.readOnly(true);
        return assembly.open();
    }

    private static EngineAssembly assembly(
            SimulatedDisk disk,
            SimulatedClock clock,
            EngineSettings settings,
            long entropySeed,
            Threads threads,
            UnaryOperator<ExtentBackend> wrap,
            boolean readOnly)
            throws IOException {
        SimulatedEntropy entropy = new SimulatedEntropy(entropySeed);
        EngineAssembly assembly = new EngineAssembly(DIRECTORY);
        assembly.settings(settings);
        assembly.keys(Policies.KEYS);
        assembly.seams(disk, clock, threads, entropy);
        // Found by hand, as looking for providers takes longer than opening a store.
        assembly.backend(
                wrap.apply(BACKENDS.open(OBJECTS, new BackendContext(disk, clock, threads, entropy, readOnly))));
        return assembly;
    }

    long lastSequence() {
        return core.journal().lastSequence();
    }

    /** Compares the state of a store that was just recovered with what it must be: every name, every extent, every count. */
    void checkState() throws IOException {
        StateCheck.check(core.catalog(), history.at(lastSequence()), lastSequence());
    }

    /** Runs everything that is under way to its end, but starts nothing. */
    void drain() throws IOException {
        while (driver.putsUnderWay() > 0 || driver.commitsUnderWay() > 0) {
            driver.stepPuts();
            driver.stepCommit(Integer.MAX_VALUE);
        }
    }

    /** Writes a checkpoint, after the one that is under way. */
    void checkpoint() throws IOException {
        finishCheckpoint();
        core.checkpointer().begin();
        finishCheckpoint();
    }

    private void finishCheckpoint() throws IOException {
        while (core.checkpointer().isUnderWay()) {
            core.checkpointer().step();
            drain();
        }
    }

    /** Collects until nothing is left to do; garbage that nobody reads is gone when the grace has passed. */
    void collect() throws IOException {
        drain();
        int rounds = 0;
        boolean journalFull;
        do {
            journalFull = false;
            Violation.unless(
                    rounds++ < COLLECTIONS_MAX,
                    () -> "after " + COLLECTIONS_MAX + " times the grace "
                            + core.collector().heldExtents() + " extents are still held as garbage");
            clock.advanceMillis(core.settings().gcGraceMillis());
            try {
                while (core.collector().step() || core.collector().isWaiting()) {
                    drain();
                }
            } catch (StoreFullException e) {
                // As in production, where a checkpoint is due as soon as the journal is full.
                checkpoint();
                journalFull = true;
            }
        } while (journalFull
                || (core.collector().heldExtents() > 0 && core.pins().count() == 0));
        Orphans orphans = orphans();
        while (orphans.step()) {
            // Until both passes are over.
        }
    }

    Orphans orphans() {
        return new Orphans(
                core.catalog(),
                core.backend(),
                core.names(),
                core.checkpointer()::needs,
                core.latch()::hasFailed,
                clock,
                core.settings(),
                false,
                core.probe());
    }

    /** Checks the whole store, as the product's own check does. */
    FsckReport fsck() throws IOException {
        collect();
        checkpoint();
        Fsck fsck = new Fsck(
                core.catalog(),
                core.tableReader(),
                core.access(),
                core.backend(),
                core.checkpointer().inForce(),
                core.settings(),
                bytes -> {},
                ProgressListener.NONE);
        fsck.checkAnchors(disk, DIRECTORY, core.journal());
        return fsck.run();
    }

    /** Closes in good order. */
    void close() throws IOException {
        drain();
        finishCheckpoint();
        core.checkpointer().begin();
        finishCheckpoint();
        resources.close();
    }

    /** Reads an extent and compares it with what was put. */
    void checkBytes(ExtentId id) throws IOException {
        StateCheck.checkBytes(core, history, id);
    }
}
