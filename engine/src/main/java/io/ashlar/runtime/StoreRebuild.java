package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ProgressListener;
import io.ashlar.RebuildReport;
import io.ashlar.StorageException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.catalog.CatalogBuilder;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.catalog.FormerCheckpoint;
import io.ashlar.catalog.Home;
import io.ashlar.catalog.NameSource;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.drive.DriveStore;
import io.ashlar.drive.PlacementLog;
import io.ashlar.drive.Whereabouts;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the catalog of a store anew whose superblocks and journal are lost, from its objects alone:
 *
 * <ol>
 *   <li>the names of all objects: they tell the lives there were, and where manifests may be;
 *   <li>what each object holds: extents, the links of nodes, the members of packs;
 *   <li>the newest checkpoint that can be read, as far as it agrees with what is there: names, and references that callers had taken;
 *   <li>names for what nothing refers to, so that it is not collected;
 *   <li>where shards are that are not where names tell.
 * </ol>
 *
 * <p>Changes nothing that exists. What it writes are new objects, which are orphans until a superblock names the last of them. One
 * thread.
 */
final class StoreRebuild {
    private static final int PAGE = 500;
    private static final int NAMES_TRIED_MAX = 100;

    private final ExtentBackend backend;
    private final @Nullable DriveStore drives;
    private final EngineSettings settings;
    private final RebuildSurvey survey;
    private final NameSource names;
    private final TableReader reader;
    private final CatalogBuilder catalog;
    private final RebuildWalk walk;
    private final RebuildFindings findings = new RebuildFindings();
    private final ProgressListener listener;
    private OptionalLong checkpointMillis = OptionalLong.empty();

    /**
     * Looks at the names of all objects.
     *
     * @param drives the drives, if the backend is made of several
     * @param wanted settings; what was fixed when the store was created is found out
     * @param nodes opens nodes
     * @param salvage whether to go on without what cannot be read just now
     * @throws StoreNotFoundException if there are no objects
     */
    StoreRebuild(
            ExtentBackend backend,
            @Nullable DriveStore drives,
            EngineSettings wanted,
            RebuildNodes nodes,
            boolean salvage,
            ProgressListener listener)
            throws IOException {
        this.backend = backend;
        this.drives = drives;
        this.listener = listener;
        if (drives != null) {
            drives.remember(new RebuildPlacements(), object -> true);
        }
        survey = new RebuildSurvey(backend);
        survey.run(seen -> tell("names", seen, 0));
        if (survey.objects() == 0) {
            throw new StoreNotFoundException(
                    backend + " has no objects of a store: there is nothing to make a catalog of. Nothing was changed");
        }
        settings = survey.settings(wanted);
        names = new NameSource(survey.nextLife());
        reader = Recovery.tableReader(settings, backend);
        // Each takes some 400 bytes, as in an open store.
        long changesMax = Math.max(64, settings.memoryBudgetBytes() / 4 / 400);
        catalog = new CatalogBuilder(
                reader, backend, names, settings, drives == null ? null : drives.redundancy(), changesMax);
        walk = new RebuildWalk(backend, catalog, drives, nodes, salvage, findings);
    }

    /** The settings with what was fixed when the store was created. */
    EngineSettings settings() {
        return settings;
    }

    /** What superblocks must say is in use. */
    long features() {
        return catalog.features();
    }

    /** The life that the journal begins with. */
    int life() {
        return names.life();
    }

    /** Makes the catalog; gives its manifest, which is durable, or leaves nothing behind. */
    StoredObject run(long nowMillis) throws IOException {
        try {
            return make(nowMillis);
        } catch (IOException | RuntimeException e) {
            catalog.abandon();
            throw e;
        }
    }

    private StoredObject make(long nowMillis) throws IOException {
        recallPolicies();
        for (ExtentKind kind : List.of(ExtentKind.DATA, ExtentKind.PACK, ExtentKind.NODE)) {
            walk.run(kind, () -> tell("extents", findings.objects, survey.objects()));
        }
        recall();
        nameRoots();
        place();
        for (ExtentId id : catalog.lostIds(findings.room())) {
            findings.find("extent " + id + " is not there, and nodes refer to it");
        }
        tell("writing the catalog", 0, 0);
        return catalog.finish(nowMillis);
    }

    private void tell(String phase, long done, long total) {
        if (!listener.progress(phase, done, total)) {
            throw new StorageException("the rebuild was stopped; nothing was changed, and it can begin anew");
        }
    }

    // ---- what a checkpoint knew -------------------------------------------------------------------------------------

    /** What a checkpoint is read for. */
    private interface Use {
        void of(FormerCheckpoint checkpoint) throws IOException;
    }

    /** Before anything is put, since the numbers of domains are taken then. */
    private void recallPolicies() throws IOException {
        // What cannot be read is told when it is asked for the rest.
        useNewest(checkpoint -> checkpoint.adopt(catalog), false);
    }

    private void recall() throws IOException {
        tell("the last checkpoint", 0, 0);
        useNewest(
                checkpoint -> {
                    if (checkpointMillis.isEmpty()) {
                        checkpointMillis = OptionalLong.of(checkpoint.createdMillis());
                    }
                    checkpoint.visit(new Recall());
                },
                true);
    }

    /**
     * Reads the newest checkpoint. Of a damaged one everything is right before it breaks off; the one before it knows the rest. What a
     * rebuild has written counts only if there is nothing else: it may have come to nothing, and have found less than is there now.
     */
    private void useNewest(Use use, boolean tells) throws IOException {
        List<Map.Entry<ObjectName, ObjectStat>> rebuilt = new ArrayList<>();
        for (Map.Entry<ObjectName, ObjectStat> candidate : survey.manifests()) {
            if (isUsed(candidate, use, rebuilt, tells)) {
                return;
            }
        }
        for (Map.Entry<ObjectName, ObjectStat> candidate : rebuilt) {
            if (isUsed(candidate, use, null, tells)) {
                return;
            }
        }
    }

    private boolean isUsed(
            Map.Entry<ObjectName, ObjectStat> candidate,
            Use use,
            @Nullable List<Map.Entry<ObjectName, ObjectStat>> rebuilt,
            boolean tells)
            throws IOException {
        try {
            FormerCheckpoint checkpoint =
                    FormerCheckpoint.read(backend, candidate.getValue(), candidate.getKey(), reader);
            if (rebuilt != null && checkpoint.isOfRebuild()) {
                rebuilt.add(candidate);
                return false;
            }
            use.of(checkpoint);
            return true;
        } catch (DamagedException | ObjectNotFoundException e) {
            if (tells) {
                findings.find("the checkpoint of " + candidate.getKey() + " cannot be read: " + e.getMessage());
            }
        } catch (IOException e) {
            if (tells) {
                walk.pass("the checkpoint of " + candidate.getKey(), e);
            } else {
                walk.refuse("the checkpoint of " + candidate.getKey(), e);
            }
        }
        return false;
    }

    private final class Recall implements FormerCheckpoint.Visitor {
        private long seen;

        @Override
        public void extent(ExtentId id, ExtentEntry entry) throws IOException {
            if ((++seen & 0xFFF) == 0) {
                tell("the last checkpoint", seen, 0);
            }
            ExtentEntry now = catalog.find(id);
            if (now != null) {
                findings.references += catalog.recall(id, entry) ? 1 : 0;
            }
            boolean there = now != null && !now.isLost();
            // Of a pack its members count.
            if (there || entry.count() == 0 || entry.kind() == ExtentKind.PACK) {
                return;
            }
            if (entry.home() instanceof Home.InJournal) {
                findings.inJournal++;
                findings.inJournalBytes += entry.plainBytes();
            } else {
                findings.gone++;
            }
        }

        @Override
        public void name(String name, ExtentId target) throws IOException {
            if (catalog.bind(name, target)) {
                findings.names++;
            } else if (catalog.find(target) == null) {
                findings.namesLost++;
                findings.find("name '" + name + "' referred to extent " + target + ", which is not there");
            }
        }
    }

    // ---- what nothing refers to -------------------------------------------------------------------------------------

    private void nameRoots() throws IOException {
        tell("extents without a name", 0, 0);
        ExtentId after = null;
        List<ExtentId> page = catalog.unreferenced(null, PAGE);
        while (!page.isEmpty()) {
            for (ExtentId id : page) {
                after = id;
                ExtentEntry entry = catalog.find(id);
                if (entry != null && entry.kind() == ExtentKind.PACK) {
                    catalog.drop(id);
                } else {
                    name(id);
                    findings.recovered++;
                }
            }
            tell("extents without a name", findings.recovered, 0);
            page = catalog.unreferenced(after, PAGE);
        }
    }

    private void name(ExtentId id) throws IOException {
        String name = RebuildReport.RECOVERED + id;
        for (int i = 2; !catalog.bind(name, id); i++) {
            if (i > NAMES_TRIED_MAX) {
                throw new StorageException(
                        "there is no name left for extent " + id + ": all like " + name + " are taken");
            }
            name = RebuildReport.RECOVERED + id + "-" + i;
        }
    }

    // ---- where shards are -------------------------------------------------------------------------------------------

    private void place() throws IOException {
        if (drives == null) {
            return;
        }
        long looked = 0;
        Whereabouts page = drives.whereabouts("", PAGE);
        while (!page.last().isEmpty()) {
            for (PlacementLog.Entry entry : page.elsewhere()) {
                ObjectName object = ObjectName.parse(entry.object()).orElse(null);
                if (object != null && catalog.place(object, entry.placement())) {
                    findings.misplaced++;
                }
            }
            looked += PAGE;
            tell("shards", Math.min(looked, survey.objects()), survey.objects());
            page = drives.whereabouts(page.last(), PAGE);
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /** A superblock names the manifest: tidies up. */
    RebuildReport settle() {
        catalog.settle();
        long packs = catalog.figure(Counters.Figure.PACKS);
        return new RebuildReport(
                findings.objects,
                catalog.figure(Counters.Figure.EXTENTS) - packs - catalog.lost(),
                catalog.figure(Counters.Figure.PLAIN_BYTES),
                findings.nodes,
                packs,
                findings.members,
                findings.misplaced,
                findings.copies,
                checkpointMillis,
                findings.names,
                findings.references,
                findings.recovered,
                findings.namesLost,
                findings.inJournal,
                findings.inJournalBytes,
                findings.gone,
                catalog.lost(),
                findings.unreadable,
                findings.lines());
    }
}
