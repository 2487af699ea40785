package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.ProgressListener;
import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.catalog.CatalogPlacements;
import io.ashlar.catalog.KnownObjects;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.drive.DriveStore;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.extent.PageCodecs;
import io.ashlar.journal.Journal;
import io.ashlar.pipeline.DiskReserve;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.Probe;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts an engine together out of settings and components. For one thread. */
public final class EngineAssembly {
    /** How often opening for reading begins anew because a writer goes on meanwhile. */
    private static final int READ_ATTEMPTS = 100;

    private final StoreFiles files;
    private EngineSettings settings = EngineSettings.defaults();
    private boolean readOnly;
    private boolean mustExist;
    private boolean salvage;
    private @Nullable URI backendUri;
    private @Nullable ExtentBackend openBackend;
    private @Nullable Redundancy redundancy;
    private List<URI> driveUris = List.of();
    private boolean inlineDrives;
    private Disk disk = new SystemDisk();
    private Clock clock = new SystemClock();
    private Threads threads = new SystemThreads();
    private Entropy entropy = new SystemEntropy();
    private @Nullable KeyProvider keys;
    private Probe probe = Probe.NONE;

    /**
     * Begins.
     *
     * @param directory the store's directory
     */
    public EngineAssembly(Path directory) {
        files = new StoreFiles(directory.toAbsolutePath().normalize());
    }

    /**
     * Sets the settings.
     *
     * @param newSettings all of them
     */
    public void settings(EngineSettings newSettings) {
        settings = newSettings;
    }

    /**
     * Sets whether nothing may be changed.
     *
     * @param value whether
     */
    public void readOnly(boolean value) {
        readOnly = value;
    }

    /**
     * Sets whether a store must be there.
     *
     * @param value whether
     */
    public void mustExist(boolean value) {
        mustExist = value;
    }

    /**
     * Sets whether a damaged journal is cut.
     *
     * @param value whether
     */
    public void salvage(boolean value) {
        salvage = value;
    }

    /**
     * Sets where extents are kept.
     *
     * @param uri of a scheme for which there is a provider
     */
    public void backend(URI uri) {
        backendUri = uri;
    }

    /**
     * Sets where extents are kept.
     *
     * @param open an open backend; the engine closes it
     */
    public void backend(ExtentBackend open) {
        openBackend = open;
    }

    /**
     * Keeps extents on several drives.
     *
     * @param newRedundancy how they are spread
     * @param uris where the drives are; of a store that exists some are enough, and none if its directory knows
     */
    public void drives(Redundancy newRedundancy, List<URI> uris) {
        redundancy = newRedundancy;
        driveUris = List.copyOf(uris);
    }

    /**
     * Runs calls to drives on the caller's thread, one after the other: for a simulator, which has no others.
     *
     * @param value whether
     */
    public void inlineDrives(boolean value) {
        inlineDrives = value;
    }

    /**
     * Replaces seams.
     *
     * @param newDisk files; null leaves what there is, as for the others
     * @param newClock time
     * @param newThreads threads
     * @param newEntropy randomness
     */
    public void seams(
            @Nullable Disk newDisk,
            @Nullable Clock newClock,
            @Nullable Threads newThreads,
            @Nullable Entropy newEntropy) {
        disk = newDisk == null ? disk : newDisk;
        clock = newClock == null ? clock : newClock;
        threads = newThreads == null ? threads : newThreads;
        entropy = newEntropy == null ? entropy : newEntropy;
    }

    /**
     * Sets the keys.
     *
     * @param provider what extents are encrypted and identified with
     */
    public void keys(KeyProvider provider) {
        keys = provider;
    }

    private Sealing sealing() {
        return Sealing.of(PageCodecs.installed(), keys, entropy);
    }

    /**
     * Sets the watcher.
     *
     * @param newProbe the watcher
     */
    public void probe(Probe newProbe) {
        probe = newProbe;
    }

    /**
     * Opens the store with threads of its own.
     *
     * @return the engine
     */
    public StorageEngine open() {
        return Errors.typed("open the store in " + files.directory(), () -> {
            Resources resources = new Resources();
            try {
                return readOnly ? openReadOnly(resources) : openWritable(resources);
            } catch (IOException | RuntimeException | Error e) {
                resources.closeAfter(e);
                throw e;
            }
        });
    }

    private StorageEngine openWritable(Resources resources) throws IOException {
        StorePlaces places = places();
        EngineCore core = openCore(places, resources, ThreadedDriver::new);
        DriveStore opened = core.drives();
        EngineDrives drives = opened == null
                ? null
                : new EngineDrives(opened, core, new DrivesFile(disk, files), new ScrubFile(disk, files));
        Engine engine = new Engine(core, files, places.log(), resources, drives);
        engine.start();
        return engine;
    }

    private StorageEngine openReadOnly(Resources resources) throws IOException {
        StorePlaces places = places();
        places.find(resources);
        SuperblockStore.Loaded loaded = loadForReading(places);
        places.confirm(loaded.newest());
        ExtentBackend backend = places.backend(resources);
        for (int attempt = 1; ; attempt++) {
            try {
                Recovered recovered = recovery(places, backend).run(loaded);
                return new ReadOnlyEngine(
                        recovered,
                        files,
                        places.log(),
                        clock,
                        resources,
                        sealing().unsealer());
            } catch (IOException | StorageException e) {
                // A writer may have let go of what was about to be read: its next checkpoint says so.
                SuperblockStore.Loaded now = loadForReading(places);
                if (attempt == READ_ATTEMPTS
                        || now.newest().counter() == loaded.newest().counter()) {
                    throw e;
                }
                loaded = now;
            }
        }
    }

    /**
     * Makes the catalog of a store anew that has lost its superblocks and its journal.
     *
     * @param listener is told how far it has come
     * @return what was found, and what was not
     */
    public RebuildReport rebuild(ProgressListener listener) {
        return Errors.typed("rebuild the store in " + files.directory(), () -> {
            try (Resources resources = new Resources()) {
                return rebuild(resources, listener);
            }
        });
    }

    private RebuildReport rebuild(Resources resources, ProgressListener listener) throws IOException {
        if (driveUris.isEmpty() && !disk.exists(files.directory())) {
            throw notThere();
        }
        disk.createDirectories(files.directory());
        resources.add(disk.lock(files.lock(), holder()));
        StorePlaces places = places();
        places.findWithoutLog(resources, salvage);
        StoreRebuild rebuild = new StoreRebuild(
                places.backend(resources),
                places.drives(),
                settings,
                new RebuildNodes(PageCodecs.installed(), keys, salvage),
                salvage,
                listener);
        StoredObject manifest = rebuild.run(clock.currentTimeMillis());
        Superblock like = first(rebuild.settings(), places).withFeatures(rebuild.features());
        NewMetadata.write(places, files, rebuild.settings(), like, rebuild.life(), manifest);
        return rebuild.settle();
    }

    private SuperblockStore.Loaded loadForReading(StorePlaces places) throws IOException {
        SuperblockStore.Loaded loaded = SuperblockStore.load(places.log(), files.directory());
        MirroredDisk mirrors = places.mirrors();
        if (loaded == null && mirrors != null) {
            // A drive whose files somebody has deleted is no reason to give up.
            for (int place : mirrors.all()) {
                mirrors.lead(place);
                loaded = SuperblockStore.load(mirrors, files.directory());
                if (loaded != null) {
                    break;
                }
            }
        }
        if (loaded == null) {
            throw notThere();
        }
        return loaded;
    }

    private StorePlaces places() {
        StorePlaces places = new StorePlaces(files, new BackendContext(disk, clock, threads, entropy, readOnly));
        places.backend(backendUri, openBackend);
        places.drives(redundancy, driveUris, settings.drives().lowSpaceBytes(), inlineDrives);
        return places;
    }

    private Recovery recovery(StorePlaces places, ExtentBackend backend) {
        return new Recovery(places.log(), files, backend, settings, probe, salvage);
    }

    /**
     * Opens the store without threads: for whoever drives its parts himself. Nothing is closed if this throws.
     *
     * @param resources gets what is to be closed
     * @param drivers makes the driver of writes
     * @return the parts
     * @throws IOException if it cannot be opened
     */
    public EngineCore openCore(Resources resources, EngineCore.DriverFactory drivers) throws IOException {
        return openCore(places(), resources, drivers);
    }

    private EngineCore openCore(StorePlaces places, Resources resources, EngineCore.DriverFactory drivers)
            throws IOException {
        // Before anything is created: not even a lock file belongs where there is no store.
        if (mustExist && !places.mayExist()) {
            throw notThere();
        }
        disk.createDirectories(files.directory());
        resources.add(disk.lock(files.lock(), holder()));
        places.find(resources);
        MirroredDisk mirrors = places.mirrors();
        Recovered recovered = null;
        if (mirrors != null) {
            recovered = new CopyChoice(mirrors, files.directory()).run(loaded -> recover(places, resources, loaded));
        } else {
            SuperblockStore.Loaded loaded = SuperblockStore.load(disk, files.directory());
            if (loaded != null) {
                recovered = recover(places, resources, loaded);
            }
        }
        if (recovered == null) {
            if (mustExist) {
                throw notThere();
            }
            return create(places, resources, drivers);
        }
        if (mirrors != null) {
            mirrors.converge();
        }
        recovered.superblocks().settle();
        return core(places, recovered, resources.add(recovered.startLife()), drivers);
    }

    private Recovered recover(StorePlaces places, Resources resources, SuperblockStore.Loaded loaded)
            throws IOException {
        places.confirm(loaded.newest());
        return recovery(places, places.backend(resources)).run(loaded);
    }

    private String holder() {
        return "process " + ProcessHandle.current().pid() + " since " + Instant.ofEpochMilli(clock.currentTimeMillis());
    }

    private StoreNotFoundException notThere() {
        return new StoreNotFoundException("there is no store in " + files.directory()
                + " (no superblock-a or superblock-b); check the path, or create one by opening it for writing");
    }

    private Superblock first(EngineSettings as, StorePlaces places) {
        return new Superblock(
                entropy.nextLong(),
                entropy.nextLong(),
                places.features(),
                1,
                clock.currentTimeMillis(),
                as.extentPageBytes(),
                as.identity(),
                null);
    }

    private EngineCore create(StorePlaces places, Resources resources, EngineCore.DriverFactory drivers)
            throws IOException {
        StoreCreation.Created created =
                new StoreCreation(files, places, settings, probe).run(first(settings, places), resources);
        return core(places, created.recovered(), created.journal(), drivers);
    }

    private EngineCore core(
            StorePlaces places, Recovered recovered, Journal journal, EngineCore.DriverFactory drivers) {
        Disk log = places.log();
        DiskReserve reserve = new DiskReserve(
                () -> log.usableBytes(files.directory()), recovered.settings().diskReserveBytes());
        EngineCore core =
                new EngineCore(recovered, journal, reserve, sealing(), probe, clock, threads, places.drives(), drivers);
        DriveStore drives = places.drives();
        if (drives != null) {
            KnownObjects known = new KnownObjects(core.catalog(), core.names(), core.checkpointer()::needs);
            drives.remember(
                    new CatalogPlacements(
                            core.catalog(),
                            core.driver(),
                            threads,
                            core.settings().writeTimeoutMillis()),
                    known::isNeeded);
        }
        return core;
    }
}
