package io.ashlar.drive;

import io.ashlar.DriveStatus;
import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageException;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.shard.StripeShape;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The drives of an open store: one backend of all of them, and what keeps it well. Has no thread of its own but those that calls to
 * drives run on; somebody calls {@link #step} now and then. Safe for use by many threads, {@link #step} by one.
 */
public final class DriveStore {
    private static final int THREADS_A_DRIVE = 4;
    private static final int TASKS_A_DRIVE = 256;
    private static final int REPAIRS_MAX = 1 << 16;
    private static final long RETRY_MILLIS = 60_000;
    private static final long GIVE_UP_MILLIS = 15 * 60_000;

    private final DriveSet drives;
    private final Placements placements;
    private final RedundantBackend backend;
    private final Healer healer;
    private final Passes passes;
    private final Membership membership;
    private final Redundancy redundancy;
    private final LogDrives logs;

    private DriveStore(DriveSet drives, Redundancy redundancy, Seams seams) {
        this.drives = drives;
        this.redundancy = redundancy;
        logs = new LogDrives(drives, redundancy, seams);
        placements = new Placements(drives);
        RepairQueue queue = new RepairQueue(REPAIRS_MAX);
        backend = new RedundantBackend(
                drives,
                placements,
                protection(redundancy),
                FanOutSettings.defaults(),
                seams.threads(),
                (object, shard) -> queue.add(object));
        Repairer repairer = backend.repairer(GIVE_UP_MILLIS);
        healer = new Healer(drives, placements, queue, repairer, seams.clock(), RETRY_MILLIS);
        passes = new Passes(drives, placements, backend, repairer, logs, seams);
        membership = new Membership(drives, placements, backend.calls(), passes, logs, redundancy, seams.entropy());
    }

    private static Protection protection(Redundancy redundancy) {
        return new Protection(new StripeShape(redundancy.dataShards(), redundancy.parityShards()), redundancy.quorum());
    }

    /**
     * The seams.
     *
     * @param opener opens backends
     * @param logs finds out where on a drive files can be
     * @param disk opens them
     * @param clock time
     * @param threads threads and waiting
     * @param entropy ids of drives
     * @param lowSpaceBytes a drive with less than this free takes new shards only if no other can; 0 for never
     * @param readOnly whether nothing may be changed
     * @param inline whether calls to drives run on the caller's thread, one after the other: for a simulator
     */
    public record Seams(
            DriveSet.Opener opener,
            Function<URI, Optional<Path>> logs,
            Disk disk,
            Clock clock,
            Threads threads,
            Entropy entropy,
            long lowSpaceBytes,
            boolean readOnly,
            boolean inline) {
        DriveSet.Components components() {
            return new DriveSet.Components(
                    opener,
                    clock,
                    threads,
                    HealthSettings.defaults(),
                    lowSpaceBytes,
                    readOnly,
                    number -> executor("ashlar-drive-" + number, THREADS_A_DRIVE));
        }

        DriveExecutor executor(String name, int threadsMax) {
            return inline ? DriveExecutor.INLINE : new DriveQueue(threads, clock, name, threadsMax, TASKS_A_DRIVE);
        }
    }

    /**
     * Makes the drives of a new store.
     *
     * @param storeIdHigh first half of its id
     * @param storeIdLow second half
     * @param uris where they are
     * @param weights the share of each
     * @param redundancy how extents are spread
     * @param seams the seams
     * @return the drives
     * @throws StorageException if there are fewer drives than shards, or one of them belongs to a store already; nothing was changed
     * @throws IOException if one of them cannot be written
     */
    public static DriveStore create(
            long storeIdHigh,
            long storeIdLow,
            Collection<URI> uris,
            ToLongFunction<URI> weights,
            Redundancy redundancy,
            Seams seams)
            throws IOException {
        if (uris.size() < redundancy.shards()) {
            throw new StorageException("extents of " + redundancy.dataShards() + "+" + redundancy.parityShards()
                    + " shards need as many drives, and " + uris.size() + " were named; nothing was created");
        }
        List<DriveEntry> entries = new ArrayList<>();
        for (URI uri : uris) {
            int number = entries.size() + 1;
            entries.add(DriveEntry.fresh(number, uri, "", weights.applyAsLong(uri), seams.entropy()));
        }
        DriveSet drives = DriveSet.create(DriveMap.first(storeIdHigh, storeIdLow, entries), seams.components());
        return new DriveStore(drives, redundancy, seams);
    }

    /**
     * Opens the drives of a store.
     *
     * @param uris where they are, some of them at least
     * @param redundancy how extents are spread that are put from now on
     * @param seams the seams
     * @return the drives
     * @throws io.ashlar.StoreNotFoundException if there is none in any of the places
     * @throws StorageException if they are drives of several stores
     * @throws IOException if none can be read
     */
    public static DriveStore open(Collection<URI> uris, Redundancy redundancy, Seams seams) throws IOException {
        DriveSet drives =
                DriveSet.open(uris.stream().map(DriveEntry::place).distinct().toList(), seams.components());
        return new DriveStore(drives, redundancy, seams);
    }

    /**
     * Tells whose drives they are.
     *
     * @return both halves of the store's id
     */
    public long[] storeId() {
        return new long[] {drives.map().storeIdHigh(), drives.map().storeIdLow()};
    }

    /**
     * All drives as one backend. Closing it closes the drives.
     *
     * @return the backend
     */
    public ExtentBackend backend() {
        return backend;
    }

    /**
     * All drives as one backend, with another redundancy for what is put by way of it.
     *
     * @param other how extents are spread that are put
     * @return the backend, which is closed with {@link #backend()}
     */
    public ExtentBackend backend(Redundancy other) {
        return backend.protectedBy(protection(other));
    }

    /**
     * Counts the drives that are meant to take shards.
     *
     * @return how many there are, whatever their state
     */
    public int activeDrives() {
        return (int) drives.map().drives().stream()
                .filter(entry -> entry.role() == DriveRole.ACTIVE)
                .count();
    }

    /**
     * From now on what names do not tell is remembered, and only what is needed is mended.
     *
     * @param log remembers
     * @param needed whether an object is needed
     */
    public void remember(PlacementLog log, ObjectFilter needed) {
        placements.log(log);
        placements.needed(needed);
    }

    /**
     * Does a little of what keeps objects well.
     *
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @return whether there was something to do
     */
    public boolean step(LongConsumer budget) {
        return logs.step() || healer.step(budget);
    }

    /**
     * Opens the files that are kept on several of the drives: the journal and what names it. Of what is there one copy is in use until
     * {@link MirroredDisk#converge}.
     *
     * @param base what paths of these files begin with
     * @return the files; empty if they are not on the drives
     * @throws StorageException if they are, and none of the drives that have all of them answers
     */
    public Optional<MirroredDisk> log(Path base) {
        return logs.open(base);
    }

    /**
     * Chooses drives for the journal, and what names it, of a new store. Nothing is there yet, and {@link MirroredDisk#converge} is
     * to be called before anything is.
     *
     * @param base what paths of these files will begin with
     * @return the files; empty if too few of the drives can hold files
     */
    public Optional<MirroredDisk> newLog(Path base) {
        return logs.create(base);
    }

    /**
     * Finds out where shards are that are not where names tell, a page of objects at a time.
     *
     * @param after only objects behind this one; the empty string for all
     * @param limit so many objects are looked at
     * @return the page; its {@code last} is empty at the end
     * @throws IOException if drives cannot be listed, or too few answer for an object
     */
    public Whereabouts whereabouts(String after, int limit) throws IOException {
        return Whereabouts.find(backend.listing(), placements, backend, after, limit);
    }

    /**
     * Tells how the shards of an object are spread, whoever asked for that. Each of them tells what the object is; so it is found out
     * here whether there are as many as it takes to read it. Of one that was deleted, a drive that was away has some still.
     *
     * @param object the object
     * @return so many shards of both sorts
     * @throws io.ashlar.DamagedException if there are too few of them
     * @throws io.ashlar.spi.ObjectNotFoundException if there is no such object
     * @throws IOException if too few drives answer
     */
    public Redundancy redundancyOf(String object) throws IOException {
        if (!isWhereItBelongs(object)) {
            backend.searched(object);
        }
        StripeShape shape = backend.opened(object).stripe().shape();
        return Redundancy.of(shape.dataShards(), shape.parityShards());
    }

    private boolean isWhereItBelongs(String object) {
        try {
            return backend.stat(object).isPresent();
        } catch (IOException e) {
            // It may be elsewhere; if it is not, whoever looks for it says why.
            return false;
        }
    }

    /**
     * Counts the drives that should have a copy of the journal.
     *
     * @return how many there are; 0 if it is not on the drives
     */
    public int logs() {
        return drives.map().log().size();
    }

    /**
     * Tells what a copy of the journal may be on that cannot be read now.
     *
     * @return the numbers of drives that should have one and do not answer
     */
    public List<Integer> silentLogs() {
        return logs.silent();
    }

    /**
     * How extents are spread.
     *
     * @return the redundancy
     */
    public Redundancy redundancy() {
        return redundancy;
    }

    /**
     * Where the drives are, for whoever opens them the next time.
     *
     * @return the places of all that are not removed
     */
    public List<URI> places() {
        return drives.drives().stream()
                .filter(drive -> drive.entry().role() != DriveRole.REMOVED)
                .map(drive -> drive.entry().uri())
                .toList();
    }

    /**
     * How the drives do.
     *
     * @return one for each, in the order of their numbers
     */
    public List<DriveStatus> status() {
        List<DriveStatus> all = new ArrayList<>();
        for (Drive drive : drives.drives()) {
            DriveEntry entry = drive.entry();
            Throwable error = drive.health().lastError();
            all.add(new DriveStatus(
                    entry.number(),
                    entry.uri(),
                    entry.domain(),
                    entry.weight(),
                    DriveStatus.State.valueOf(drive.state().name()),
                    drive.health().isFull(),
                    drive.room().isLow(),
                    drive.room().freeBytes(),
                    logs.uses(entry.number()),
                    drive.health().errors(),
                    Optional.ofNullable(error).map(Throwable::getMessage)));
        }
        return all;
    }

    /**
     * Adds a drive.
     *
     * @param uri where it is
     * @param domain what fails together with it; empty for a domain of its own
     * @param weight its share
     * @param life the life of the store's process
     * @param counter gives a counter that no object has had yet
     * @return its number
     * @throws StorageException if there is a drive already; nothing has changed
     * @throws IOException if too few drives took the change; nothing has changed
     */
    public int add(URI uri, String domain, long weight, int life, LongSupplier counter) throws IOException {
        return membership.add(uri, domain, weight, life, counter);
    }

    /**
     * Puts an empty drive in the place of one that is lost.
     *
     * @param number of the one that is lost
     * @param uri where the new one is
     * @throws StorageException if there is no such drive, or the new one is a drive already; nothing has changed
     * @throws IOException if too few drives took the change; nothing has changed
     */
    public void replace(int number, URI uri) throws IOException {
        membership.replace(number, uri);
    }

    /**
     * Changes what the store wants of a drive: no more shards, or none at all.
     *
     * @param number its number
     * @param role {@link DriveRole#DRAINING}; {@link DriveRole#REMOVED} if it is draining and holds nothing any more; {@link
     *     DriveRole#ACTIVE} to take a draining one back
     * @param life the life of the store's process
     * @param counter gives a counter that no object has had yet
     * @throws StorageException if there is no such drive, too few would be left, or it still holds something; nothing has changed
     * @throws IOException if too few drives took the change, or it cannot be found out what it holds; nothing has changed
     */
    public void role(int number, DriveRole role, int life, LongSupplier counter) throws IOException {
        membership.role(number, role, life, counter);
    }

    /**
     * Moves everything away from a drive that is draining. What is being put when that begins may have a shard on it yet, and so has what
     * cannot be moved before it is mended; therefore it is gone through again if it still holds something.
     *
     * @param number its number
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @param goOn asked after every step, with the report so far; it ends if it says no
     * @return what was found and done; clean only if the drive may be removed
     * @throws StorageException if there is no such drive
     * @throws IOException if drives cannot be listed
     */
    public ScrubReport drain(int number, LongConsumer budget, GoOn goOn) throws IOException {
        return membership.drain(number, budget, goOn);
    }

    /**
     * Looks at all objects and mends them.
     *
     * @param after only objects behind this one; the empty string for all
     * @param deep whether every byte is read
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @param goOn asked after every step, with the report so far; the scrub ends if it says no
     * @return what was found
     * @throws IOException if drives cannot be listed
     */
    public ScrubReport scrub(String after, boolean deep, LongConsumer budget, GoOn goOn) throws IOException {
        return passes.run(after, effort(deep), budget, goOn);
    }

    /**
     * Moves shards to where they would be put today, as few of them as that takes; mends on the way.
     *
     * @param after only objects behind this one; the empty string for all
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @param goOn asked after every step, with the report so far; it ends if it says no
     * @return what was found
     * @throws IOException if drives cannot be listed
     */
    public ScrubReport rebalance(String after, LongConsumer budget, GoOn goOn) throws IOException {
        return passes.run(after, Repairer.Effort.REBALANCE, budget, goOn);
    }

    /**
     * Begins a scrub that its caller does step by step.
     *
     * @param after only objects behind this one; the empty string for all
     * @param deep whether every byte is read
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @return the scrub; for one thread
     */
    public Walk walk(String after, boolean deep, LongConsumer budget) {
        return passes.begin(after, effort(deep), budget);
    }

    private static Repairer.Effort effort(boolean deep) {
        return deep ? Repairer.Effort.THOROUGH : Repairer.Effort.QUICK;
    }

    /** A scrub, step by step. */
    public interface Walk {
        /**
         * Looks at one more object.
         *
         * @return whether there was one
         * @throws IOException if drives cannot be listed
         */
        boolean step() throws IOException;

        /**
         * What was found so far.
         *
         * @param complete whether that is all
         * @return the report
         */
        ScrubReport report(boolean complete);
    }

    /** Decides whether a scrub goes on. */
    @FunctionalInterface
    public interface GoOn {
        /**
         * Decides.
         *
         * @param soFar what was found so far
         * @return whether to go on
         */
        boolean test(ScrubReport soFar);
    }
}
