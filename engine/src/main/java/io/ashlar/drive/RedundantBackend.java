package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.format.ShardLayout;
import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNames;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Several drives as one backend that loses some of them and does not notice. An object is divided into {@code k} shards, {@code m} of
 * parity are added, and each goes to a drive of its own; any {@code k} give the object back.
 *
 * <p>An object is durable, and {@link #sync} returns, when {@link Protection#quorum} shards of it are. Reads check every block and make
 * what is missing or wrong of the rest; whoever was told of that at construction mends it.
 *
 * <p>More than the contract of {@link ExtentBackend}: {@link #read} throws {@link DamagedException} if more shards of an object are lost
 * than may be, and names them; an {@link IOException} if that many are only out of reach. An object of which some shards are left,
 * too few to read it, has no {@link #stat}, but is listed, so that it can be deleted.
 */
final class RedundantBackend implements ExtentBackend {
    private static final int LOCKS = 64;

    private final DriveSet drives;
    private final Placements placements;
    private final Protection protection;
    private final OpenObjects open;
    private final ShardWriter writer;
    private final ShardReader reader;
    private final MergedListing listing;
    private final DriveCalls calls;
    private final Threads threads;
    private final long closeNanos;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Calls that have begun and not ended; {@link #close} waits for them. */
    private final AtomicInteger underWay = new AtomicInteger();

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /**
     * Makes a backend of drives.
     *
     * @param drives the drives; closed with this
     * @param placements where shards are
     * @param protection how objects are divided that are put from now on, unless they are put by way of {@link #protectedBy}
     * @param settings how long drives may take
     * @param threads waiting
     * @param attention told of every shard that is owed, missing or damaged
     */
    RedundantBackend(
            DriveSet drives,
            Placements placements,
            Protection protection,
            FanOutSettings settings,
            Threads threads,
            ObjIntConsumer<String> attention) {
        this.drives = drives;
        this.placements = placements;
        this.protection = protection;
        this.threads = threads;
        // A call waits for drives that often in a row, at most.
        closeNanos = TimeUnit.MILLISECONDS.toNanos(2 * settings.timeoutMillis());
        open = new OpenObjects(settings.openObjectsMax());
        writer = new ShardWriter(drives, placements, settings, threads, attention);
        calls = new DriveCalls(settings, threads);
        reader = new ShardReader(drives, placements, open, calls, settings, threads, attention);
        listing = new MergedListing(drives, calls, false);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** The same drives, with another protection for what is put by way of it. */
    ExtentBackend protectedBy(Protection other) {
        return other.equals(protection) ? this : new ProtectedBackend(this, other);
    }

    /** What mends the objects of this backend. */
    Repairer repairer(long giveUpMillis) {
        return new Repairer(drives, placements, reader, open, writer, calls, giveUpMillis);
    }

    /** Lists what there is, for whoever looks after it: waits for every drive. */
    MergedListing listing() {
        return new MergedListing(drives, calls, true);
    }

    /** Calls to the drives. */
    DriveCalls calls() {
        return calls;
    }

    /** What is known of an object, found by its name. Throws as reading does. */
    OpenObject opened(String name) throws IOException {
        return call(() -> reader.open(name));
    }

    /** What is known of an object, looked for on every drive. Throws as reading does. */
    OpenObject searched(String name) throws IOException {
        return call(() -> reader.search(name));
    }

    private void check(String name) {
        if (!ObjectNames.isWhole(name)) {
            ObjectNames.check(name);
            throw new IllegalArgumentException(
                    "an object that is to be divided has no part in its name, as \"" + name + "\" has");
        }
    }

    /** A call. */
    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T call(Call<T> call) throws IOException {
        underWay.incrementAndGet();
        try {
            if (closed.get()) {
                throw new IllegalStateException("the drives are closed");
            }
            return call.run();
        } finally {
            underWay.decrementAndGet();
        }
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        put(name, bytes, protection);
    }

    void put(String name, ByteBuffer bytes, Protection as) throws IOException {
        check(name);
        checkLength(bytes);
        call(() -> {
            putNow(name, bytes, as);
            return name;
        });
    }

    private static void checkLength(ByteBuffer bytes) {
        if (bytes.remaining() > ShardLayout.IMAGE_BYTES_MAX) {
            throw new IllegalArgumentException("an object of " + bytes.remaining() + " bytes, and at most "
                    + ShardLayout.IMAGE_BYTES_MAX + " are possible");
        }
    }

    private void putNow(String name, ByteBuffer bytes, Protection as) throws IOException {
        open.remove(name);
        writer.put(name, bytes, as);
        open.remove(name);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        return putIfAbsent(name, bytes, protection);
    }

    boolean putIfAbsent(String name, ByteBuffer bytes, Protection as) throws IOException {
        check(name);
        checkLength(bytes);
        return call(() -> {
            // Atomic in this process, which is the only one to write.
            ReentrantLock lock = locks[(name.hashCode() & Integer.MAX_VALUE) % LOCKS];
            lock.lock();
            try {
                if (find(name).isPresent()) {
                    return false;
                }
                putNow(name, bytes, as);
                return true;
            } finally {
                lock.unlock();
            }
        });
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        check(name);
        if (offset < 0) {
            throw new IllegalArgumentException("there is no offset " + offset);
        }
        return call(() -> reader.read(name, offset, target));
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        check(name);
        return call(() -> find(name));
    }

    private Optional<ObjectStat> find(String name) throws IOException {
        try {
            OpenObject opened = reader.open(name);
            Holders holders = holders(opened.placement());
            var stats = calls.most(
                    holders.drives, (index, drive) -> drive.stat(ShardNames.of(name, holders.shards.get(index))));
            int missing = opened.stripe().shape().dataShards();
            ObjectStat first = null;
            for (int i = 0; i < stats.count(); i++) {
                ObjectStat stat = Objects.requireNonNullElse(stats.get(i), Optional.<ObjectStat>empty())
                        .orElse(null);
                if (stat != null) {
                    first = first == null ? stat : first;
                    missing--;
                }
            }
            if (first != null && missing <= 0) {
                return Optional.of(new ObjectStat(name, opened.stripe().imageBytes(), first.modifiedMillis()));
            }
            open.remove(name);
            IOException failure = stats.lastFailure();
            if (failure != null) {
                throw failure;
            }
            return Optional.empty();
        } catch (ObjectNotFoundException | DamagedException e) {
            return Optional.empty();
        }
    }

    /** The drives that answer and should have shards of an object, and which ones. */
    private record Holders(List<Drive> drives, List<Integer> shards) {}

    private Holders holders(Placement placement) {
        Holders holders = new Holders(new ArrayList<>(), new ArrayList<>());
        for (int shard = 0; shard < placement.shards(); shard++) {
            Drive drive = drives.drive(placement.drive(shard));
            if (drive != null && drive.isReadable()) {
                holders.drives.add(drive);
                holders.shards.add(shard);
            }
        }
        return holders;
    }

    @Override
    public boolean delete(String name) throws IOException {
        check(name);
        return call(() -> deleteNow(name));
    }

    private boolean deleteNow(String name) throws IOException {
        PutRound round = writer.forget(name);
        Holders holders = holders(placement(name, round));
        open.remove(name);
        var answers = calls.most(
                holders.drives, (index, drive) -> drive.delete(ShardNames.of(name, holders.shards.get(index))));
        boolean found = anyTrue(answers);
        IOException failure = answers.lastFailure();
        if (!found && failure == null) {
            found = deleteEverywhere(name);
        }
        open.remove(name);
        placements.forget(name);
        if (failure != null && !found) {
            throw failure;
        }
        return found;
    }

    private static boolean anyTrue(DriveCalls.Answers<Boolean> answers) {
        boolean any = false;
        for (int i = 0; i < answers.count(); i++) {
            any |= Boolean.TRUE.equals(answers.get(i));
        }
        return any;
    }

    private Placement placement(String name, @Nullable PutRound round) throws IOException {
        if (round != null) {
            int[] places = new int[round.shards()];
            for (int shard = 0; shard < places.length; shard++) {
                places[shard] = round.drive(shard);
            }
            return Placement.of(places);
        }
        OpenObject opened = open.get(name);
        if (opened != null) {
            return opened.placement();
        }
        Placement remembered = placements.remembered(name);
        return remembered != null ? remembered : Placements.byName(placements.order(name), shardsMax());
    }

    private int shardsMax() {
        return Math.max(1, Math.min(ShardSearch.SHARDS_MAX, drives.drives().size()));
    }

    /** Whatever is left of an object that is not where it should be. */
    private boolean deleteEverywhere(String name) throws IOException {
        List<Drive> readable =
                drives.drives().stream().filter(Drive::isReadable).toList();
        int shards = shardsMax();
        var answers = calls.most(readable, (index, drive) -> {
            boolean found = false;
            for (int shard = 0; shard < shards; shard++) {
                found |= drive.delete(ShardNames.of(name, shard));
            }
            return found;
        });
        boolean found = anyTrue(answers);
        IOException failure = answers.lastFailure();
        if (failure != null && !found) {
            throw failure;
        }
        return found;
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("a page of " + limit + " objects");
        }
        return call(() -> listNow(prefix, after, limit));
    }

    private List<ObjectStat> listNow(String prefix, String after, int limit) throws IOException {
        List<ObjectStat> page = new ArrayList<>();
        for (MergedListing.Item item : listing.page(prefix, after, limit)) {
            page.add(new ObjectStat(item.object(), size(item), item.modifiedMillis()));
        }
        return page;
    }

    /** The length of an object's image, or of one of its shards if that is all that can be told. */
    private long size(MergedListing.Item item) {
        try {
            return reader.imageBytes(item.object());
        } catch (IOException | DamagedException e) {
            // Gone meanwhile, or the drive that was asked for the list is.
            return item.shardBytes();
        }
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        names.forEach(this::check);
        call(() -> {
            writer.sync(names);
            return names;
        });
    }

    @Override
    public BackendCapabilities capabilities() {
        BackendCapabilities worst = null;
        for (Drive drive : drives.drives()) {
            Optional<BackendCapabilities> each = drive.capabilities();
            if (each.isPresent()) {
                worst = worst == null ? each.get() : worse(worst, each.get());
            }
        }
        BackendCapabilities.DurabilityClass durability =
                worst == null ? BackendCapabilities.DurabilityClass.VOLATILE : worst.durability();
        return new BackendCapabilities(
                ShardLayout.IMAGE_BYTES_MAX,
                worst == null || worst.rangeReads(),
                false,
                worst == null ? Long.MAX_VALUE : worst.maxWritesPerSecond(),
                durability,
                worst == null ? 0 : worst.costClass());
    }

    private static BackendCapabilities worse(BackendCapabilities a, BackendCapabilities b) {
        return new BackendCapabilities(
                Math.min(a.maxObjectBytes(), b.maxObjectBytes()),
                a.rangeReads() && b.rangeReads(),
                a.conditionalPuts() && b.conditionalPuts(),
                Math.min(a.maxWritesPerSecond(), b.maxWritesPerSecond()),
                a.durability().compareTo(b.durability()) < 0 ? a.durability() : b.durability(),
                Math.max(a.costClass(), b.costClass()));
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            threads.await(() -> underWay.get() == 0, closeNanos);
            drives.close();
        }
    }

    @Override
    public String toString() {
        return drives.drives().size() + " drives";
    }
}
