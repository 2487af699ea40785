package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.ScrubReport;
import io.ashlar.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all objects, finds out whether their shards are there and, if it is a deep one, whether they are right, and mends what
 * is not. Shards that belong to nothing any more are deleted, once their object is whole. Step-able: as many objects a step as are mended
 * at once. May be stopped after any step and begun again behind the report's cursor. One thread.
 */
final class Scrub implements DriveStore.Walk {
    private static final int OBJECTS_A_PAGE = 1_024;
    private static final int FINDINGS_MAX = 1_000;

    private final DriveSet drives;
    private final Placements placements;
    private final MergedListing listing;
    private final DriveCalls calls;
    private final Menders menders;
    private final Repairer.Effort effort;
    private final LongConsumer budget;
    private final List<String> findings = new ArrayList<>();
    private Iterator<MergedListing.Item> page = Collections.emptyIterator();
    private String cursor;
    private long objects;
    private long mended;
    private long shardsMade;
    private long shardsMoved;
    private long bytesWritten;
    private long strays;
    private long incomplete;
    private long lost;

    /**
     * Begins.
     *
     * @param after only objects whose names are greater; the empty string for all
     * @param effort how much to look at and to change
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     */
    Scrub(
            DriveSet drives,
            Placements placements,
            RedundantBackend backend,
            Menders menders,
            String after,
            Repairer.Effort effort,
            LongConsumer budget) {
        this.drives = drives;
        this.placements = placements;
        listing = backend.listing();
        calls = backend.calls();
        this.menders = menders;
        this.effort = effort;
        this.budget = budget;
        cursor = after;
    }

    @Override
    public boolean step() throws IOException {
        List<MergedListing.Item> items = next();
        if (items.isEmpty()) {
            return false;
        }
        List<Menders.Mended> mended =
                menders.mend(items.stream().map(MergedListing.Item::object).toList(), effort, budget);
        for (int i = 0; i < items.size(); i++) {
            note(items.get(i), mended.get(i));
        }
        cursor = items.get(items.size() - 1).object();
        return true;
    }

    /** The objects of the next step, all of one page. */
    private List<MergedListing.Item> next() throws IOException {
        if (!page.hasNext()) {
            page = listing.page("", cursor, OBJECTS_A_PAGE).iterator();
        }
        List<MergedListing.Item> items = new ArrayList<>(menders.width());
        while (items.size() < menders.width() && page.hasNext()) {
            items.add(page.next());
        }
        return items;
    }

    @Override
    public ScrubReport report(boolean complete) {
        return new ScrubReport(
                complete,
                cursor,
                objects,
                mended,
                shardsMade,
                shardsMoved,
                bytesWritten,
                strays,
                incomplete,
                lost,
                List.copyOf(findings));
    }

    private void note(MergedListing.Item item, Menders.Mended result) {
        objects++;
        try {
            Repairer.Outcome outcome = outcome(result);
            if (outcome == null) {
                return;
            }
            mended += outcome.made() > 0 ? 1 : 0;
            shardsMade += outcome.made();
            shardsMoved += outcome.moved();
            bytesWritten += outcome.bytesWritten();
            if (outcome.isWhole()) {
                sweep(item, outcome.placement());
            } else {
                incomplete++;
                find(item.object() + ": " + outcome.missing() + " of "
                        + outcome.placement().shards() + " shards are missing");
            }
        } catch (DamagedException e) {
            lost++;
            find(item.object() + ": " + e.getMessage());
        } catch (IOException | UnsupportedFormatException e) {
            // What a newer engine wrote is for that to mend, and no reason to leave out the others.
            incomplete++;
            find(item.object() + ": " + e.getMessage());
        }
    }

    private static Repairer.@Nullable Outcome outcome(Menders.Mended result) throws IOException {
        if (result.failure() instanceof IOException failure) {
            throw failure;
        }
        if (result.failure() instanceof RuntimeException failure) {
            throw failure;
        }
        if (result.failure() instanceof Error failure) {
            throw failure;
        }
        return result.outcome();
    }

    private void find(String finding) {
        if (findings.size() < FINDINGS_MAX) {
            findings.add(finding);
        }
    }

    /** Deletes the shards of a whole object that are not where they should be. */
    private void sweep(MergedListing.Item item, Placement placement) throws IOException {
        for (MergedListing.Copy copy : item.copies()) {
            boolean needed = copy.shard() < placement.shards() && placement.drive(copy.shard()) == copy.drive();
            Drive drive = drives.drive(copy.drive());
            if (!needed && drive != null && drive.isReadable()) {
                placements.log().force();
                strays += calls.one(drive, each -> each.delete(ShardNames.of(item.object(), copy.shard()))) ? 1 : 0;
            }
        }
    }
}
