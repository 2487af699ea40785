package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.drive.ModelDrive.Fate;
import io.ashlar.drive.ModelDrive.Operation;
import io.ashlar.drive.QuorumState.Shape;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.shard.ShardEncoder;
import io.ashlar.shard.StripeShape;
import io.ashlar.spi.Threads;
import io.ashlar.testkit.SimulatedClock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The real code for drives in a state of the specification, on drives in memory. Whatever it does to a shard must be a step of the
 * specification from where it is; before it does, a choice decides whether that fails, the process dies, or something happens to a
 * drive meanwhile. For one thread.
 */
final class QuorumWorld implements ModelDrive.Watcher {
    private static final Set<String> WORLD = Set.of("Off", "Back", "Damage", "Land", "Drop");

    /** What is given up while it is away, and comes back before that is on record, comes back after it. */
    private static final Set<String> WORLD_BUT_BACK = Set.of("Off", "Damage", "Land", "Drop");

    private static final Set<String> PUT = Set.of("Send", "Land", "Drop", "Erase");
    private static final Set<String> MEND = Set.of("Notice", "Rebuild", "Land", "Fill", "Drop", "Clear", "Erase");
    private static final Set<String> DELETE = Set.of("Drop", "Erase");
    private static final int IMAGE_BYTES = 9_001;
    private static final int HEALS_MAX = 50;
    private static final int SCRUBS_MAX = 5;

    /** The process is gone. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death() {
            super("the process dies", null, false, false);
        }
    }

    /** More is on its way than the model has. */
    private static final class BeyondModel extends Error {
        private static final long serialVersionUID = 1;

        BeyondModel() {
            super("beyond the model", null, false, false);
        }
    }

    /** Nobody waits: what has not been done by then is not done. */
    private static final Threads THREADS = new Threads() {
        @Override
        public Worker start(String name, Runnable body) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public ThreadFactory factory(String prefix) {
            throw new UnsupportedOperationException(prefix);
        }

        @Override
        public boolean await(BooleanSupplier done, long timeoutNanos) {
            return done.getAsBoolean();
        }
    };

    private final Shape shape;
    private final QuorumGraph graph;
    private final int faultsMax;
    private final SimulatedClock clock = new SimulatedClock(0);
    private final Map<Integer, ModelDrive> disks = new HashMap<>();
    private final DriveSet drives;
    private final String[] names;
    private final byte[][] images;
    /** By generation and shard. */
    private final byte[][][] shards;

    private final Map<String, Integer> gens = new HashMap<>();

    private Choices choices = new Choices();
    private int faults;
    private Set<String> allowed = Set.of();
    private QuorumState now = new QuorumState(0, 0, 0, 0, 0, 0, List.of());
    /** Bytes that are known to be wrong, themselves and not their equals. */
    private final List<byte[]> rotten = new ArrayList<>();

    private final Set<Integer> confirmed = new HashSet<>();
    private Drives.Notes notes = new Drives.Notes();
    private Placements placements;
    private RedundantBackend backend;
    private boolean used;
    private boolean syncing;
    private final List<String> story = new ArrayList<>();

    long runs;
    long beyond;

    QuorumWorld(Shape shape, QuorumGraph graph, int faultsMax) throws IOException {
        this.shape = shape;
        this.graph = graph;
        this.faultsMax = faultsMax;
        List<DriveEntry> entries = new ArrayList<>();
        for (int number = 1; number <= shape.drives(); number++) {
            disks.put(number, new ModelDrive(number, this));
            entries.add(new DriveEntry(number, number, number, uri(number), "domain-" + number, 100, DriveRole.ACTIVE));
        }
        drives = DriveSet.create(
                DriveMap.first(1, 2, entries),
                new DriveSet.Components(
                        uri -> disk(Integer.parseInt(uri.getSchemeSpecificPart())),
                        clock,
                        THREADS,
                        HealthSettings.defaults(),
                        0,
                        false,
                        this::executor));
        placements = new Placements(drives);
        backend = backend();
        names = new String[shape.gens() + 1];
        images = new byte[shape.gens() + 1][IMAGE_BYTES];
        shards = new byte[shape.gens() + 1][shape.shards() + 1][];
        for (int gen = 1; gen <= shape.gens(); gen++) {
            names[gen] = name(gen);
            gens.put(names[gen], gen);
            new Random(gen).nextBytes(images[gen]);
            encode(gen);
        }
    }

    private static URI uri(int drive) {
        return URI.create("model:" + drive);
    }

    private ModelDrive disk(int number) {
        return Objects.requireNonNull(disks.get(number));
    }

    private Drive drive(int number) {
        return Objects.requireNonNull(drives.drive(number));
    }

    /** Names whose shards belong on drives in the order of these, for the first; in another one for the second. */
    private String name(int gen) {
        for (int i = 0; ; i++) {
            String name = "put-" + gen + "-" + i;
            int[] order = placements.order(name);
            if (order[0] == gen) {
                return name;
            }
        }
    }

    private void encode(int gen) {
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(new StripeShape(shape.data(), shape.parity()), names[gen], 0, ByteBuffer.wrap(images[gen]));
        for (int shard = 1; shard <= shape.shards(); shard++) {
            ByteBuffer bytes = ByteBuffer.allocate(encoder.shardBytes(shard - 1));
            encoder.encode(shard - 1, bytes);
            shards[gen][shard] = bytes.array();
        }
    }

    private DriveExecutor executor(int number) {
        return new DriveExecutor() {
            @Override
            public boolean offer(Runnable task) {
                if (syncing && fault(2) == 1) {
                    story.add("no answer of d" + number);
                    return true;
                }
                task.run();
                return true;
            }

            @Override
            public boolean close(long timeoutNanos) {
                return true;
            }
        };
    }

    private RedundantBackend backend() {
        return new RedundantBackend(
                drives,
                placements,
                new Protection(new StripeShape(shape.data(), shape.parity()), shape.quorum()),
                FanOutSettings.defaults(),
                THREADS,
                (object, shard) -> {});
    }

    // ---- what can be tried --------------------------------------------------------------------------------------

    /** Something that the code is asked to do. */
    enum Task {
        READ,
        PUT,
        SCRUB,
        HEAL,
        DELETE
    }

    /** Tries a task in a state, with everything that can happen meanwhile. */
    void tryAll(QuorumState state, Task task) throws IOException {
        choices = new Choices();
        do {
            begin(state);
            try {
                run(task);
            } catch (BeyondModel e) {
                beyond++;
                used = true;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        task + " in " + state.text(shape) + ": " + story + " then " + e.getMessage(), e);
            }
            runs++;
        } while (choices.next());
    }

    private void begin(QuorumState state) throws IOException {
        faults = 0;
        allowed = Set.of();
        story.clear();
        rotten.clear();
        confirmed.clear();
        notes = new Drives.Notes();
        placements.log(notes);
        placements.needed(object -> now.gen() != 0 && object.equals(names[now.gen()]));
        if (used) {
            // What a process knew that ended in the middle of something.
            placements = new Placements(drives);
            placements.log(notes);
            placements.needed(object -> now.gen() != 0 && object.equals(names[now.gen()]));
            backend = backend();
            used = false;
        }
        now = state;
        for (ModelDrive disk : disks.values()) {
            disk.durable.keySet().removeIf(ShardNames::isShard);
            disk.loose.clear();
            disk.down = false;
            drive(disk.number).health().probeSucceeded();
        }
        force(state);
        if (state.gen() != 0) {
            int[] places = state.where().stream().mapToInt(Integer::intValue).toArray();
            placements.note(names[state.gen()], Placement.of(places));
            rot(state);
        }
        if (state.down() != 0 && choices.choose(2) == 1) {
            story.add("the code knows who is down");
            for (ModelDrive disk : disks.values()) {
                if (disk.down) {
                    drive(disk.number).health().gone(new IOException("it is down"));
                }
            }
        }
        if (!observe().equals(state)) {
            throw new AssertionError(
                    "it should be in this state, and is in " + observe().text(shape));
        }
    }

    /** Makes drives what they are in a state. */
    private void force(QuorumState state) {
        for (ModelDrive disk : disks.values()) {
            disk.down = !state.isUp(disk.number);
            for (int gen = 1; gen <= shape.gens(); gen++) {
                for (int shard = 1; shard <= shape.shards(); shard++) {
                    String name = ShardNames.of(names[gen], shard - 1);
                    set(disk.durable, name, shards[gen][shard], state.has(shape, disk.number, gen, shard));
                    set(disk.loose, name, shards[gen][shard], state.flies(shape, disk.number, gen, shard));
                }
            }
        }
    }

    private void set(Map<String, byte[]> place, String name, byte[] bytes, boolean there) {
        if (there) {
            place.put(name, bytes);
        } else if (!isRotten(place.get(name))) {
            place.remove(name);
        }
    }

    private boolean isRotten(byte @Nullable [] bytes) {
        return rotten.stream().anyMatch(bad -> bad == bytes);
    }

    /** A shard that is not where it should be is either gone, or there and wrong. */
    private void rot(QuorumState state) {
        boolean any = false;
        for (int shard = 1; shard <= shape.shards(); shard++) {
            int drive = state.where().get(shard - 1);
            any |= drive != 0 && !state.has(shape, drive, state.gen(), shard);
        }
        if (!any || choices.choose(2) == 0) {
            return;
        }
        story.add("what is missing is rotten");
        for (int shard = 1; shard <= shape.shards(); shard++) {
            int drive = state.where().get(shard - 1);
            if (drive != 0 && !state.has(shape, drive, state.gen(), shard)) {
                byte[] bad = shards[state.gen()][shard].clone();
                bad[bad.length - 1 - shard] ^= 1;
                rotten.add(bad);
                disk(drive).durable.put(ShardNames.of(names[state.gen()], shard - 1), bad);
            }
        }
    }

    private void run(Task task) throws IOException {
        try {
            switch (task) {
                case READ -> read();
                case PUT -> put();
                case SCRUB -> scrub();
                case HEAL -> heal();
                case DELETE -> delete();
            }
        } catch (Death e) {
            used = true;
            if (now.attempt() != 0) {
                attemptEnds();
            }
        } finally {
            syncing = false;
        }
    }

    private void read() {
        if (now.gen() == 0) {
            return;
        }
        ByteBuffer target = ByteBuffer.allocate(IMAGE_BYTES + 1);
        try {
            backend.read(names[now.gen()], 0, target);
        } catch (IOException | DamagedException e) {
            throw new AssertionError("what was acknowledged cannot be read: " + e.getMessage(), e);
        }
        if (!target.flip().equals(ByteBuffer.wrap(images[now.gen()]))) {
            throw new AssertionError("what was acknowledged is read wrong");
        }
    }

    // ---- putting ------------------------------------------------------------------------------------------------

    private void put() {
        int gen = now.tries() + 1;
        if (gen > shape.gens()) {
            return;
        }
        now = moved(new QuorumState(now.disk(), now.flying(), now.down(), gen, gen, now.gen(), now.where()), "Begin");
        allowed = PUT;
        IOException refusal = null;
        try {
            backend.put(names[gen], ByteBuffer.wrap(images[gen]));
            syncing = true;
            backend.sync(List.of(names[gen]));
        } catch (IOException e) {
            refusal = e;
        }
        syncing = false;
        if (refusal != null) {
            if (confirmed.size() >= shape.quorum()) {
                throw new AssertionError("refused, though " + confirmed + " are durable: " + refusal);
            }
            if (now.attempt() != 0) {
                attemptEnds();
            }
            return;
        }
        if (now.attempt() == 0) {
            throw new AssertionError("acknowledged, though it has begun to delete what it put");
        }
        commit(gen);
    }

    /** What the store does once its backend has told it that all is durable. */
    private void commit(int gen) {
        List<Integer> where = where(gen);
        long written = where.stream().filter(drive -> drive != 0).count();
        if (now.gen() != 0 && written < now.sound(shape)) {
            // Whoever replaces what is there must ask for as much: that is not the backend's to know.
            attemptEnds();
            return;
        }
        now = moved(new QuorumState(now.disk(), now.flying(), now.down(), now.tries(), 0, gen, where), "Commit");
    }

    private void attemptEnds() {
        now = moved(
                new QuorumState(now.disk(), now.flying(), now.down(), now.tries(), 0, now.gen(), now.where()), "Die");
    }

    private QuorumState moved(QuorumState to, String action) {
        if (!graph.step(now, to, Set.of(action))) {
            throw new AssertionError("the specification does not allow " + action + " from " + now.text(shape) + " to "
                    + to.text(shape));
        }
        story.add(action);
        return to;
    }

    private List<Integer> where(int gen) {
        try {
            Placement remembered = notes.find(names[gen]);
            Placement placement =
                    remembered != null ? remembered : Placements.byName(placements.order(names[gen]), shape.shards());
            List<Integer> where = new ArrayList<>();
            for (int shard = 0; shard < shape.shards(); shard++) {
                where.add(placement.drive(shard));
            }
            return where;
        } catch (RuntimeException e) {
            throw new AssertionError(e);
        }
    }

    // ---- mending ------------------------------------------------------------------------------------------------

    private Repairer repairer() {
        // Whether what has been down for a while is given up.
        boolean gives = now.down() != 0 && choices.choose(2) == 1;
        return backend.repairer(gives ? 0 : 1_000_000);
    }

    private void scrub() {
        allowed = MEND;
        Repairer repairer = repairer();
        // A drive that fails is passed over only once it has failed a few times.
        for (int i = 0; i < SCRUBS_MAX && !scrub(repairer) && faults == 0; i++) {
            story.add("again");
        }
        if (faults == 0 && now.gen() != 0) {
            checkMended();
        }
    }

    private boolean scrub(Repairer repairer) {
        Scrub scrub = new Scrub(
                drives,
                placements,
                backend,
                Menders.alone(repairer, THREADS),
                "",
                Repairer.Effort.THOROUGH,
                bytes -> {});
        try {
            while (scrub.step()) {
                // To the end.
            }
        } catch (IOException e) {
            story.add("the scrub ends: " + e.getMessage());
        }
        observed();
        return scrub.report(true).clean();
    }

    /** Nothing failed: what could be made is there, and no stray is left where a drive answers. */
    private void checkMended() {
        Set<Integer> free = new HashSet<>();
        for (int drive = 1; drive <= shape.drives(); drive++) {
            if (now.isUp(drive) && !now.where().contains(drive) && drive(drive).isWritable()) {
                free.add(drive);
            }
        }
        for (int shard = 1; shard <= shape.shards(); shard++) {
            int drive = now.where().get(shard - 1);
            boolean there = drive != 0
                    && (!now.isUp(drive) || now.isIntact(shape, shard) || now.flies(shape, drive, now.gen(), shard));
            if (!there && (drive != 0 || !free.isEmpty())) {
                throw new AssertionError("shard " + shard + " was not made, though it could be: " + now.text(shape));
            }
        }
        for (int drive = 1; now.sound(shape) == shape.shards() && drive <= shape.drives(); drive++) {
            for (int shard = 1; shard <= shape.shards(); shard++) {
                if (now.isUp(drive)
                        && now.has(shape, drive, now.gen(), shard)
                        && now.where().get(shard - 1) != drive) {
                    throw new AssertionError("a second shard " + shard + " is left on d" + drive);
                }
            }
        }
    }

    private void heal() {
        allowed = MEND;
        Healer healer = new Healer(drives, placements, new RepairQueue(16), repairer(), clock, 1_000);
        for (int i = 0; i < HEALS_MAX && healer.step(bytes -> {}); i++) {
            // Until there is nothing to do.
        }
        observed();
    }

    /** What nothing refers to any more, or never did, is deleted by its name. */
    private void delete() {
        allowed = DELETE;
        for (int gen = 1; gen <= now.tries(); gen++) {
            if (gen == now.gen()) {
                continue;
            }
            try {
                while (backend.delete(names[gen])) {
                    // Until there is none of it.
                }
            } catch (IOException e) {
                used = true;
                continue;
            }
            for (int drive = 1; faults == 0 && drive <= shape.drives(); drive++) {
                for (int shard = 1; shard <= shape.shards(); shard++) {
                    if (now.isUp(drive)
                            && drive(drive).isReadable()
                            && (now.has(shape, drive, gen, shard) || now.flies(shape, drive, gen, shard))) {
                        throw new AssertionError("a deleted shard " + shard + " is left on d" + drive);
                    }
                }
            }
        }
    }

    // ---- watching -----------------------------------------------------------------------------------------------

    /** Chooses whether something goes wrong, if there has not been enough of it. */
    private int fault(int ways) {
        if (faults >= faultsMax || ways < 2) {
            return 0;
        }
        int chosen = choices.choose(ways);
        faults += chosen == 0 ? 0 : 1;
        return chosen;
    }

    @Override
    public Fate before(ModelDrive disk, Operation operation, String shard) {
        observed();
        int gen = gen(shard);
        boolean removes =
                operation == Operation.DELETE && (disk.loose.containsKey(shard) || disk.durable.containsKey(shard));
        if (removes && gen == now.attempt() && !disk.down) {
            // Whoever deletes what he puts has given up.
            attemptEnds();
        }
        List<QuorumState> world = graph.after(now, allowed.equals(MEND) ? WORLD_BUT_BACK : WORLD);
        world.removeIf(state -> !keepsConfirmed(state));
        int chosen = fault(4 + world.size());
        if (chosen == 1) {
            story.add("dies before " + operation + " of " + label(disk, shard));
            throw new Death();
        }
        if (chosen >= 4) {
            QuorumState next = world.get(chosen - 4);
            if (!graph.step(now, next, WORLD)) {
                throw new AssertionError("no step of the world to " + next.text(shape));
            }
            now = next;
            force(next);
            story.add("meanwhile " + next.text(shape));
            return Fate.DONE;
        }
        return chosen == 2 ? Fate.FAILS : chosen == 3 ? Fate.DONE_AND_FAILS : Fate.DONE;
    }

    /** The record is taken to be made when the last sync has ended: what is lost in between is lost after it. */
    private boolean keepsConfirmed(QuorumState next) {
        for (int shard : confirmed) {
            boolean kept = false;
            for (int drive = 1; drive <= shape.drives(); drive++) {
                kept |= next.isUp(drive) && next.has(shape, drive, now.attempt(), shard);
            }
            if (!kept && now.attempt() != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void after(ModelDrive disk, Operation operation, String shard, Fate fate) {
        story.add(operation + " of " + label(disk, shard) + (fate == Fate.DONE ? "" : " " + fate));
        observed();
        if (operation == Operation.SYNC && fate == Fate.DONE && gen(shard) == now.attempt()) {
            confirmed.add(ShardNames.shard(shard) + 1);
        }
    }

    private int gen(String shard) {
        return Objects.requireNonNull(gens.get(ShardNames.object(shard)));
    }

    private String label(ModelDrive disk, String shard) {
        return gen(shard) + "/" + (ShardNames.shard(shard) + 1) + " on d" + disk.number;
    }

    /** Whatever has changed must be a step of the specification. */
    private void observed() {
        QuorumState seen = observe();
        if (seen.equals(now)) {
            return;
        }
        if (!graph.contains(seen) && Long.bitCount(seen.flying()) > shape.flyingMax()) {
            throw new BeyondModel();
        }
        if (!graph.step(now, seen, allowed)) {
            throw new AssertionError(
                    "no step of " + allowed + " leads from\n" + now.text(shape) + "\nto\n" + seen.text(shape));
        }
        now = seen;
    }

    private QuorumState observe() {
        long disk = 0;
        long flying = 0;
        int down = 0;
        for (ModelDrive each : disks.values()) {
            disk |= bits(each, each.durable);
            flying |= bits(each, each.loose);
            down |= each.down ? 1 << each.number : 0;
        }
        List<Integer> where = now.gen() == 0 ? List.of() : List.copyOf(where(now.gen()));
        return new QuorumState(disk, flying, down, now.tries(), now.attempt(), now.gen(), where);
    }

    private long bits(ModelDrive drive, Map<String, byte[]> objects) {
        long bits = 0;
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            if (!ShardNames.isShard(object.getKey()) || isRotten(object.getValue())) {
                continue;
            }
            int gen = gen(object.getKey());
            int shard = ShardNames.shard(object.getKey()) + 1;
            if (!Arrays.equals(object.getValue(), shards[gen][shard])) {
                throw new AssertionError(
                        "drive " + drive.number + " has a shard that is of no put: " + object.getKey());
            }
            bits |= shape.bit(drive.number, gen, shard);
        }
        return bits;
    }
}
