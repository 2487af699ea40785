package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentStore;
import io.ashlar.ProgressListener;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.catalog.Collector;
import io.ashlar.catalog.CommandPort;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.catalog.Futures;
import io.ashlar.catalog.NameSource;
import io.ashlar.catalog.Pins;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.drive.DriveStore;
import io.ashlar.journal.Journal;
import io.ashlar.pipeline.CommitStage;
import io.ashlar.pipeline.DiskReserve;
import io.ashlar.pipeline.FailureLatch;
import io.ashlar.pipeline.PutPort;
import io.ashlar.pipeline.PutStages;
import io.ashlar.pipeline.Reencoder;
import io.ashlar.spi.Clock;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Probe;
import io.ashlar.spi.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an open engine, none of which has a thread of its own. Threads drive them in production; a simulator does the
 * same, one step after the other.
 */
public final class EngineCore {
    /** Drives writes: takes commands and extents, and runs their stages. */
    public interface Driver extends CommandPort, PutPort {}

    /** Makes the driver for an engine that is open but for its writers. */
    @FunctionalInterface
    public interface DriverFactory {
        /**
         * Makes the driver.
         *
         * @param core the engine, as far as it exists
         * @return the driver
         */
        Driver create(EngineCore core);
    }

    private final EngineSettings settings;
    private final DiskReserve diskReserve;
    private final Sealing sealing;
    private final Domains domains;
    private final Probe probe;
    private final Clock clock;
    private final Threads threads;
    private final @Nullable DriveStore drives;
    private final ExtentBackend backend;
    private final Journal journal;
    private final Catalog catalog;
    private final TableReader tableReader;
    private final Pins pins;
    private final NameSource names;
    private final ExtentAccess access;
    private final FailureLatch latch = new FailureLatch();
    private final CommitStage commitStage;
    private final RecoveryReport recovery;
    private final Driver driver;
    private final Collector collector;
    private final Checkpointer checkpointer;

    EngineCore(
            Recovered recovered,
            Journal journal,
            DiskReserve diskReserve,
            Sealing sealing,
            Probe probe,
            Clock clock,
            Threads threads,
            @Nullable DriveStore drives,
            DriverFactory drivers) {
        this.settings = recovered.settings();
        this.diskReserve = diskReserve;
        this.sealing = sealing;
        this.probe = probe;
        this.clock = clock;
        this.threads = threads;
        this.drives = drives;
        this.backend = recovered.backend();
        this.journal = journal;
        this.catalog = recovered.catalog();
        this.tableReader = recovered.tableReader();
        this.pins = recovered.pins();
        this.recovery = recovered.report();
        names = new NameSource(Math.toIntExact(journal.life()));
        access = new ExtentAccess(backend, journal::read, catalog::find, sealing.unsealer());
        domains = new Domains(catalog, sealing, backend, drives);
        commitStage = new CommitStage(journal, new CatalogMachine(catalog), latch);
        driver = drivers.create(this);
        collector = new Collector(catalog, access, driver, backend, domains, names, clock, probe, settings);
        SuperblockStore superblocks = recovered.superblocks();
        checkpointer = new Checkpointer(
                catalog,
                tableReader,
                journal,
                driver,
                access,
                backend,
                domains,
                superblocks,
                names,
                clock,
                settings,
                recovered.newest(),
                recovered.older(),
                latch::fail);
    }

    /**
     * The settings in force.
     *
     * @return the settings
     */
    public EngineSettings settings() {
        return settings;
    }

    /**
     * The clock.
     *
     * @return time
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Threads and waiting.
     *
     * @return the seam
     */
    public Threads threads() {
        return threads;
    }

    /**
     * The drives that the objects are on.
     *
     * @return the drives; null if there is but one backend
     */
    public @Nullable DriveStore drives() {
        return drives;
    }

    /** What policies come to. */
    Domains domains() {
        return domains;
    }

    /**
     * Where the objects are.
     *
     * @return the backend
     */
    public ExtentBackend backend() {
        return backend;
    }

    /**
     * The journal; belongs to the committing thread.
     *
     * @return the journal
     */
    public Journal journal() {
        return journal;
    }

    /**
     * Extents and names.
     *
     * @return the catalog
     */
    public Catalog catalog() {
        return catalog;
    }

    /**
     * Reads tables of the catalog.
     *
     * @return the reader
     */
    public TableReader tableReader() {
        return tableReader;
    }

    /**
     * Who is reading.
     *
     * @return the pins
     */
    public Pins pins() {
        return pins;
    }

    /**
     * Physical names.
     *
     * @return their source
     */
    public NameSource names() {
        return names;
    }

    /**
     * Reads extents.
     *
     * @return the access
     */
    public ExtentAccess access() {
        return access;
    }

    /**
     * Whether the store has failed.
     *
     * @return the latch
     */
    public FailureLatch latch() {
        return latch;
    }

    /**
     * Commits; belongs to the committing thread.
     *
     * @return the stage
     */
    public CommitStage commitStage() {
        return commitStage;
    }

    /**
     * Makes stages for puts.
     *
     * @param port where their records go
     * @return the stages
     */
    public PutStages putStages(CommandPort port) {
        return new PutStages(catalog, access, backend, names, port, settings, diskReserve, sealing.entropy(), probe);
    }

    /**
     * What recovery found.
     *
     * @return the report
     */
    public RecoveryReport recovery() {
        return recovery;
    }

    /**
     * The watcher.
     *
     * @return who is told what happens
     */
    public Probe probe() {
        return probe;
    }

    /**
     * Makes the face of the store's extents over these parts. It waits by the {@link #threads} seam.
     *
     * @return the extents
     */
    public ExtentStore extents() {
        return new Extents(this);
    }

    /**
     * The same face, of which what is put is stored as a policy says.
     *
     * @param policy its name
     * @return the extents
     */
    public ExtentStore extents(String policy) {
        return new Extents(this).under(policy);
    }

    /**
     * Makes something that stores extents anew as their policies say. It waits by the {@link #threads} seam, on the thread that runs it.
     *
     * @param throttle is told of bytes that are about to be read, and may wait
     * @param listener is told how far it has come
     * @return the encoder, to be run once
     */
    public Reencoder reencoder(LongConsumer throttle, ProgressListener listener) {
        return new Reencoder(
                catalog, access, putStages(driver), domains::whole, domains.keys(), this::await, throttle, listener);
    }

    private void await(CompletableFuture<?> done) {
        if (!threads.await(done, settings.writeTimeoutMillis() * 2_000_000)) {
            throw new StorageException("the disk did not answer in time: whether an extent is converted is unknown;"
                    + " it is right either way, call again");
        }
        Futures.join(done);
    }

    /**
     * Takes commands and extents.
     *
     * @return the driver
     */
    public Driver driver() {
        return driver;
    }

    /**
     * Collects garbage; one thread at a time.
     *
     * @return the collector
     */
    public Collector collector() {
        return collector;
    }

    /**
     * Writes checkpoints; one thread at a time.
     *
     * @return the checkpointer
     */
    public Checkpointer checkpointer() {
        return checkpointer;
    }
}
