package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.RecoveryReport;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.catalog.Pins;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.extent.ObjectName;
import io.ashlar.journal.Journal;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;

/** Makes a store where there is none, and nothing that one has left. From the first superblock on there is a store. */
final class StoreCreation {
    private static final int OBJECTS_PAGE = 500;

    /** The state of a new store, and the journal that it begins with. */
    record Created(Recovered recovered, Journal journal) {}

    private final StoreFiles files;
    private final StorePlaces places;
    private final EngineSettings settings;
    private final Probe probe;

    StoreCreation(StoreFiles files, StorePlaces places, EngineSettings settings, Probe probe) {
        this.files = files;
        this.places = places;
        this.settings = settings;
        this.probe = probe;
    }

    /**
     * Makes it.
     *
     * @param first its first superblock
     * @param resources gets what is to be closed
     * @return the store
     * @throws DamagedException if there are objects or a journal already
     * @throws IOException if it cannot be made
     */
    Created run(Superblock first, Resources resources) throws IOException {
        ExtentBackend backend = places.create(first, resources);
        refuseObjects(backend);
        // The journal comes first: a superblock without one would be a store that has lost its journal.
        Journal journal = resources.add(createJournal(first));
        SuperblockStore superblocks = SuperblockStore.create(places.log(), files.directory(), first);
        Pins pins = Recovery.pins(settings, probe);
        TableReader reader = Recovery.tableReader(settings, backend);
        Catalog catalog = new Catalog(reader, TableStack.EMPTY, new long[0], pins, probe);
        probe.recovered(0);
        Recovered recovered = new Recovered(
                settings,
                backend,
                superblocks,
                Checkpointer.InForce.NONE,
                Checkpointer.InForce.NONE,
                catalog,
                reader,
                pins,
                null,
                new RecoveryReport(true, true, 0, 0, 0, 0, List.of()),
                0);
        return new Created(recovered, journal);
    }

    /** A new store would take the extents of another for orphans, and delete them. */
    private void refuseObjects(ExtentBackend backend) throws IOException {
        List<ObjectStat> page = backend.list("", "", OBJECTS_PAGE);
        while (!page.isEmpty()) {
            for (ObjectStat object : page) {
                if (ObjectName.parse(object.name()).isPresent()) {
                    throw new DamagedException("there is no store in " + files.directory() + ", but " + backend
                            + " holds objects already: of another store, which needs a place of its own, or of this one,"
                            + " whose superblock-a and superblock-b are gone. Restore one of them from a backup, or rebuild"
                            + " the catalog from these objects; nothing was changed");
                }
            }
            page = backend.list("", page.get(page.size() - 1).name(), OBJECTS_PAGE);
        }
    }

    private Journal createJournal(Superblock first) throws IOException {
        try {
            return Journal.create(
                    places.log(),
                    files.journal(),
                    Recovery.journalSettings(settings),
                    first.storeIdHigh(),
                    first.storeIdLow());
        } catch (FileAlreadyExistsException e) {
            throw new DamagedException(
                    files.directory() + " has a journal but no superblock: both superblock-a and"
                            + " superblock-b are gone. Restore one of them from a backup; nothing was changed",
                    e);
        }
    }
}
