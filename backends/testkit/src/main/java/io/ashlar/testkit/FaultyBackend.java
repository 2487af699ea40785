package io.ashlar.testkit;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * A backend that fails as told: at seeded rates, at the next call of a kind, or altogether. For simulations: it starts no
 * threads and reads no clock; a delay is handed to whoever keeps the simulated time.
 *
 * <p>One random draw is made for every fault with a rate, at every call, in the order of {@link Fault}; so a run with the same
 * seed, rates and calls has the same faults. Safe for use by many threads; then their order decides.
 *
 * <p>Closing is never made to fail, and closes the backend beneath.
 */
public final class FaultyBackend implements ExtentBackend {

    /** A kind of call. */
    public enum Operation {
        /** {@link ExtentBackend#put}. */
        PUT,
        /** {@link ExtentBackend#putIfAbsent}. */
        PUT_IF_ABSENT,
        /** {@link ExtentBackend#read}, and with it {@link ExtentBackend#readAsync}. */
        READ,
        /** {@link ExtentBackend#stat}. */
        STAT,
        /** {@link ExtentBackend#delete}. */
        DELETE,
        /** {@link ExtentBackend#list}. */
        LIST,
        /** {@link ExtentBackend#sync}. */
        SYNC
    }

    /** A kind of fault. */
    public enum Fault {
        /** The call takes long: the delay is reported, then the call goes on. Any operation. */
        DELAY,
        /**
         * The object is gone: it is deleted before the call goes on. Reads and lookups; a sync loses its objects, each with a
         * chance of a half, and fails.
         */
        VANISH,
        /** The call fails and does nothing. Any operation. */
        FAIL,
        /** There is no room: puts fail with a {@link DiskFullException} and do nothing. */
        FULL,
        /**
         * The call fails although it was done. Puts, deletes and syncs. A put that does so breaks the letter of the contract, as
         * backends behind a network do when the answer is lost.
         */
        FAIL_AFTER,
        /** One bit of what was read is wrong. Reads. */
        CORRUPT,
        /**
         * The call reports success, but nothing is stored; whoever syncs that name later is told so. Puts, as of a backend that
         * takes bytes into a memory which it then loses.
         */
        LOSE,
        /** Some objects are left out. Listings. */
        PARTIAL,
        /** Objects that were deleted lately are listed still. Listings. */
        STALE
    }

    private static final Set<Operation> PUTS = EnumSet.of(Operation.PUT, Operation.PUT_IF_ABSENT);
    private static final Map<Fault, Set<Operation>> SENSIBLE = new EnumMap<>(Map.of(
            Fault.DELAY, EnumSet.allOf(Operation.class),
            Fault.VANISH, EnumSet.of(Operation.READ, Operation.STAT, Operation.SYNC),
            Fault.FAIL, EnumSet.allOf(Operation.class),
            Fault.FULL, PUTS,
            Fault.FAIL_AFTER, EnumSet.of(Operation.PUT, Operation.PUT_IF_ABSENT, Operation.DELETE, Operation.SYNC),
            Fault.CORRUPT, EnumSet.of(Operation.READ),
            Fault.LOSE, EnumSet.of(Operation.PUT),
            Fault.PARTIAL, EnumSet.of(Operation.LIST),
            Fault.STALE, EnumSet.of(Operation.LIST)));

    private static final int DELETED_MAX = 16;

    /** Watches what is done to a backend, and what goes wrong. Called without a lock, on the thread that calls the backend. */
    public interface Observer {

        /**
         * Called at the begin of every call.
         *
         * @param operation the kind of call
         * @param name the object that it is about; something else to read where there is none
         */
        default void calling(Operation operation, String name) {}

        /**
         * Called for every fault that is injected.
         *
         * @param operation the kind of call
         * @param fault the fault
         */
        default void injecting(Operation operation, Fault fault) {}
    }

    private final ExtentBackend inner;
    private final LongConsumer delays;
    private volatile Observer observer = new Observer() {};

    // Guarded by this, like all that follows.
    private final SplittableRandom random;
    private final Map<Operation, Map<Fault, Double>> rates = new EnumMap<>(Operation.class);
    private final Map<Operation, Queue<Fault>> scripted = new EnumMap<>(Operation.class);
    private final Map<Fault, Long> injected = new EnumMap<>(Fault.class);
    private long delayNanosMax = 1_000_000;
    private boolean offline;
    private final Set<String> lost = new HashSet<>();
    private final ArrayDeque<ObjectStat> deleted = new ArrayDeque<>();

    /**
     * Wraps a backend; no faults yet.
     *
     * @param inner does the work
     * @param seed decides when faults happen
     * @param delays told the nanoseconds of every delay, on the calling thread; advances the simulated time
     */
    public FaultyBackend(ExtentBackend inner, long seed, LongConsumer delays) {
        this.inner = inner;
        this.random = new SplittableRandom(seed);
        this.delays = delays;
    }

    /**
     * Lets somebody watch; replaces who watched before.
     *
     * @param watching called at every call and fault
     */
    public void observe(Observer watching) {
        observer = watching;
    }

    /**
     * Sets how often a fault happens.
     *
     * @param operation at which calls
     * @param fault which fault
     * @param probability from 0 for never to 1 for always
     * @throws IllegalArgumentException if that fault makes no sense there, or the probability is none
     */
    public synchronized void setRate(Operation operation, Fault fault, double probability) {
        checkSensible(operation, fault);
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1, not " + probability);
        }
        rates.computeIfAbsent(operation, any -> new EnumMap<>(Fault.class)).put(fault, probability);
    }

    /**
     * Makes the next call of a kind fail; called again, the one after it, and so on. Comes before rates.
     *
     * @param operation at which call
     * @param fault which fault
     * @throws IllegalArgumentException if that fault makes no sense there
     */
    public synchronized void failNext(Operation operation, Fault fault) {
        checkSensible(operation, fault);
        scripted.computeIfAbsent(operation, any -> new ArrayDeque<>()).add(fault);
    }

    /**
     * Sets how long delays are.
     *
     * @param nanos the longest; each is drawn from 1 to this
     * @throws IllegalArgumentException if it is not positive
     */
    public synchronized void setDelayNanosMax(long nanos) {
        if (nanos <= 0) {
            throw new IllegalArgumentException("a delay must be positive, not " + nanos);
        }
        delayNanosMax = nanos;
    }

    /**
     * Lets the whole backend vanish or come back. While it is gone, every call fails and does nothing.
     *
     * @param offline whether it is gone
     */
    public synchronized void setOffline(boolean offline) {
        this.offline = offline;
    }

    /** Ends all faults: rates, what was to come next, and being offline. */
    public synchronized void heal() {
        rates.clear();
        scripted.clear();
        offline = false;
    }

    /**
     * Counts the faults so far, not those of being offline.
     *
     * @param fault which kind
     * @return how often it happened
     */
    public synchronized long injected(Fault fault) {
        return injected.getOrDefault(fault, 0L);
    }

    private static void checkSensible(Operation operation, Fault fault) {
        Set<Operation> operations = SENSIBLE.get(fault);
        if (operations == null || !operations.contains(operation)) {
            throw new IllegalArgumentException(fault + " makes no sense at " + operation);
        }
    }

    /** Draws the faults of a call, and carries out those that come before it. */
    private Set<Fault> begin(Operation operation, String what) throws IOException {
        observer.calling(operation, what);
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        long delayNanos = 0;
        synchronized (this) {
            if (offline) {
                throw new IOException("simulated: the backend is gone, " + operation + " of " + what);
            }
            rates.getOrDefault(operation, Map.of()).forEach((fault, probability) -> {
                if (random.nextDouble() < probability) {
                    faults.add(fault);
                }
            });
            Queue<Fault> script = scripted.get(operation);
            Fault next = script == null ? null : script.poll();
            if (next != null) {
                faults.clear();
                faults.add(next);
            }
            // Only those that the caller gets to see count: failing hides what would come after it.
            if (faults.contains(Fault.FAIL)) {
                faults.retainAll(EnumSet.of(Fault.DELAY, Fault.FAIL));
            } else if (faults.contains(Fault.FULL)) {
                faults.retainAll(EnumSet.of(Fault.DELAY, Fault.FULL));
            }
            faults.forEach(fault -> injected.merge(fault, 1L, Long::sum));
            if (faults.contains(Fault.DELAY)) {
                delayNanos = random.nextLong(delayNanosMax) + 1;
            }
        }
        faults.forEach(fault -> observer.injecting(operation, fault));
        if (delayNanos > 0) {
            delays.accept(delayNanos);
        }
        if (faults.contains(Fault.FAIL)) {
            throw new IOException("simulated: failed " + operation + " of " + what);
        }
        if (faults.contains(Fault.FULL)) {
            throw new DiskFullException("simulated: no room for " + what);
        }
        return faults;
    }

    private static void end(Set<Fault> faults, Operation operation, String what) throws IOException {
        if (faults.contains(Fault.FAIL_AFTER)) {
            throw new IOException("simulated: failed " + operation + " of " + what + " after it was done");
        }
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        Set<Fault> faults = begin(Operation.PUT, name);
        boolean loses = faults.contains(Fault.LOSE);
        if (!loses) {
            inner.put(name, bytes);
        }
        synchronized (this) {
            if (loses) {
                lost.add(name);
            } else {
                lost.remove(name);
            }
        }
        end(faults, Operation.PUT, name);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        Set<Fault> faults = begin(Operation.PUT_IF_ABSENT, name);
        boolean stored = inner.putIfAbsent(name, bytes);
        end(faults, Operation.PUT_IF_ABSENT, name);
        return stored;
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        Set<Fault> faults = begin(Operation.READ, name);
        if (faults.contains(Fault.VANISH)) {
            inner.delete(name);
        }
        int start = target.position();
        int count = inner.read(name, offset, target);
        if (faults.contains(Fault.CORRUPT) && count > 0) {
            flipBit(target, start, count);
        }
        return count;
    }

    private synchronized void flipBit(ByteBuffer target, int start, int count) {
        int index = start + random.nextInt(count);
        target.put(index, (byte) (target.get(index) ^ 1 << random.nextInt(8)));
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        if (begin(Operation.STAT, name).contains(Fault.VANISH)) {
            inner.delete(name);
        }
        return inner.stat(name);
    }

    @Override
    public boolean delete(String name) throws IOException {
        Set<Fault> faults = begin(Operation.DELETE, name);
        Optional<ObjectStat> before = remembersDeleted() ? inner.stat(name) : Optional.empty();
        boolean present = inner.delete(name);
        synchronized (this) {
            lost.remove(name);
            before.ifPresent(deleted::add);
            if (deleted.size() > DELETED_MAX) {
                deleted.remove();
            }
        }
        end(faults, Operation.DELETE, name);
        return present;
    }

    private synchronized boolean remembersDeleted() {
        return rates.getOrDefault(Operation.LIST, Map.of()).getOrDefault(Fault.STALE, 0.0) > 0
                || scripted.containsKey(Operation.LIST);
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        Set<Fault> faults = begin(Operation.LIST, "prefix \"" + prefix + "\"");
        List<ObjectStat> page = inner.list(prefix, after, limit);
        if (!faults.contains(Fault.PARTIAL) && !faults.contains(Fault.STALE)) {
            return page;
        }
        // A full page stays full, and of the same end: its size tells whether there are more.
        boolean full = page.size() == limit;
        TreeMap<String, ObjectStat> shown = new TreeMap<>();
        synchronized (this) {
            page.forEach(object -> {
                if (full || !faults.contains(Fault.PARTIAL) || random.nextBoolean()) {
                    shown.put(object.name(), object);
                }
            });
            if (!full && faults.contains(Fault.STALE)) {
                for (ObjectStat object : deleted) {
                    if (object.name().startsWith(prefix)
                            && object.name().compareTo(after) > 0
                            && shown.size() < limit - 1) {
                        shown.putIfAbsent(object.name(), object);
                    }
                }
            }
        }
        return List.copyOf(shown.values());
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        String what = names.size() + " objects";
        Set<Fault> faults = begin(Operation.SYNC, what);
        if (faults.contains(Fault.VANISH)) {
            for (String name : names) {
                boolean vanishes;
                synchronized (this) {
                    vanishes = random.nextBoolean();
                }
                if (vanishes) {
                    inner.delete(name);
                }
            }
            throw new IOException("simulated: failed SYNC of " + what + ", losing some");
        }
        synchronized (this) {
            for (String name : names) {
                if (lost.contains(name)) {
                    throw new IOException("simulated: failed SYNC, object " + name + " was lost");
                }
            }
        }
        inner.sync(names);
        end(faults, Operation.SYNC, what);
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return inner.usableBytes();
    }

    @Override
    public BackendCapabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    @Override
    public String toString() {
        return "faulty " + inner;
    }
}
