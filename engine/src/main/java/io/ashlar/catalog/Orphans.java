package io.ashlar.catalog;

import io.ashlar.EngineSettings;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.Clock;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Finds objects of the backend that no record and no checkpoint names: what a crash left between the storing of bytes and the
 * record about them. One is deleted only if it is older than the grace and was unknown on two passes; names that are none of
 * the engine's are left alone. Step-able, one thread at a time.
 */
public final class Orphans {
    private static final int PAGE = 500;

    /** How many suspects are remembered from one pass to the next; more wait for another pass. */
    private static final int SUSPECTS_MAX = 10_000;

    private final KnownObjects known;
    private final ExtentBackend backend;
    private final BooleanSupplier journalFailed;
    private final Clock clock;
    private final long graceMillis;
    private final boolean dryRun;
    private final Probe probe;

    private Set<String> suspects = new HashSet<>();
    private Set<String> nextSuspects = new HashSet<>();
    private String cursor = "";
    private int passes;
    private long found;
    private long foundBytes;
    private long young;

    /**
     * Begins a search of two passes.
     *
     * @param catalog knows the extents
     * @param backend holds the objects
     * @param names knows what is just being stored
     * @param inCheckpoint knows the objects of the checkpoints that are in force
     * @param journalFailed whether the journal has failed: then a record may be on the disk that was never applied, and
     *     nothing may be deleted any more on the word of the catalog
     * @param clock time
     * @param settings the grace
     * @param dryRun whether to delete nothing
     * @param probe watches
     */
    public Orphans(
            Catalog catalog,
            ExtentBackend backend,
            NameSource names,
            Predicate<String> inCheckpoint,
            BooleanSupplier journalFailed,
            Clock clock,
            EngineSettings settings,
            boolean dryRun,
            Probe probe) {
        known = new KnownObjects(catalog, names, inCheckpoint);
        this.backend = backend;
        this.journalFailed = journalFailed;
        this.clock = clock;
        this.dryRun = dryRun;
        this.probe = probe;
        graceMillis = settings.orphanGraceMillis();
    }

    /**
     * Looks at a page of objects.
     *
     * @return whether there is more to look at
     * @throws IOException if the backend could not be listed, or an orphan not deleted
     */
    public boolean step() throws IOException {
        List<ObjectStat> page = backend.list("", cursor, PAGE);
        for (ObjectStat object : page) {
            look(object);
        }
        if (!page.isEmpty()) {
            cursor = page.get(page.size() - 1).name();
            return true;
        }
        cursor = "";
        passes++;
        suspects = nextSuspects;
        nextSuspects = new HashSet<>();
        return passes < 2;
    }

    private void look(ObjectStat object) throws IOException {
        Optional<ObjectName> name = ObjectName.parse(object.name());
        if (name.isEmpty() || known.has(object.name(), name.get())) {
            return;
        }
        if (passes == 0) {
            if (nextSuspects.size() < SUSPECTS_MAX) {
                nextSuspects.add(object.name());
            }
        } else if (suspects.contains(object.name()) && !journalFailed.getAsBoolean()) {
            // Asked after the catalog: what a failed put leaves stops being under way only when the failure shows.
            if (clock.currentTimeMillis() - object.modifiedMillis() < graceMillis) {
                young++;
                return;
            }
            if (!dryRun) {
                backend.delete(object.name());
                probe.orphaned(object.name());
            }
            found++;
            foundBytes += object.sizeBytes();
        }
    }

    /**
     * Counts the orphans.
     *
     * @return how many were deleted, or would be
     */
    public long found() {
        return found;
    }

    /**
     * Sizes the orphans.
     *
     * @return their bytes
     */
    public long foundBytes() {
        return foundBytes;
    }

    /**
     * Counts those that are too young to be sure.
     *
     * @return how many were left
     */
    public long young() {
        return young;
    }
}
