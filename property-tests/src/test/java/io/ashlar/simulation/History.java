package io.ashlar.simulation;

import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records that were given to the journal, in its order, with the state after each of them; how many of them were promised
 * to be durable; and the content of every copy of an extent ever stored.
 */
final class History {
    /** Who watches the lives of the store that this is the history of. */
    Watch watch = Watch.NONE;

    private static final int KEPT_BEHIND_PROMISE = 8;
    private static final int NEWEST_RECORDS = 4;

    private record Step(Command command, Catalog.Outcome outcome, Model after) {}

    /** What was stored under a name: an id alone may stand for one content now and for another with the same hash later. */
    private record Copy(ExtentId id, int life, long counter) {}

    private final Map<Copy, byte[]> copies;
    private final Map<ExtentId, List<byte[]>> contents;
    /** Ids under which a damaged content may have been replaced by another one with the same hash. */
    private final Set<ExtentId> replaced = new HashSet<>();

    private final List<Step> steps = new ArrayList<>();
    private long baseSequence;
    private Model base;
    private long promised;
    private @Nullable String fault;

    /** How many references were taken by records of this life, acknowledged or not. */
    private final Map<ExtentId, Integer> taken = new HashMap<>();

    /** Begins with a new store. */
    History() {
        this(new HashMap<>(), new HashMap<>(), 0, Model.EMPTY);
    }

    private History(Map<Copy, byte[]> copies, Map<ExtentId, List<byte[]>> contents, long baseSequence, Model base) {
        this.copies = copies;
        this.contents = contents;
        this.baseSequence = baseSequence;
        this.base = base;
        promised = baseSequence;
    }

    /** A history of its own, in which everything up to a record is settled and nothing follows; nobody else learns of its contents. */
    History fork(long sequence) {
        Map<ExtentId, List<byte[]>> known = new HashMap<>();
        contents.forEach((id, all) -> known.put(id, new ArrayList<>(all)));
        return new History(new HashMap<>(copies), known, sequence, at(sequence));
    }

    long last() {
        return baseSequence + steps.size();
    }

    long promised() {
        return promised;
    }

    Model latest() {
        return steps.isEmpty() ? base : steps.get(steps.size() - 1).after;
    }

    Model at(long sequence) {
        if (sequence == baseSequence) {
            return base;
        }
        return steps.get((int) (sequence - baseSequence) - 1).after;
    }

    Command command(long sequence) {
        return steps.get((int) (sequence - baseSequence) - 1).command;
    }

    /** An extent that one of the last few records before this put, and that is still there: nothing is at more risk. */
    @Nullable
    ExtentId newest(long sequence) {
        for (long at = sequence; at > Math.max(baseSequence, sequence - NEWEST_RECORDS); at--) {
            if (command(at) instanceof Command.Put put && at(sequence).extents.containsKey(put.id())) {
                return put.id();
            }
        }
        return null;
    }

    /** Whether one of the records that nobody was promised names an object, which must outlive it. */
    boolean isStoredAtRisk() {
        for (long at = last(); at > promised; at--) {
            if (command(at) instanceof Command.Put put && put.image() == null) {
                return true;
            }
        }
        return false;
    }

    /** Adds the record with the next number; it may turn out that the journal does not take it. */
    void append(Command command) {
        Model before = latest();
        Catalog.Outcome outcome = Catalog.Outcome.DONE;
        if (before.refuses(command)) {
            outcome = command instanceof Command.Unbind ? Catalog.Outcome.NO_NAME : Catalog.Outcome.NO_EXTENT;
        }
        if (command instanceof Command.Put put) {
            carryOver(put, before);
        }
        steps.add(new Step(command, outcome, before.after(command)));
        if (command instanceof Command.Put put && put.explicit()) {
            taken.merge(put.id(), 1, Integer::sum);
        } else if (command instanceof Command.Retain retain) {
            taken.merge(retain.id(), 1, Integer::sum);
        }
    }

    /** An extent that is stored anew although nobody put it has the content that it had. */
    private void carryOver(Command.Put put, Model before) {
        Model.Extent extent = before.extents.get(put.id());
        byte[] content = extent == null ? null : copies.get(new Copy(put.id(), extent.life(), extent.counter()));
        if (content != null) {
            copies.putIfAbsent(new Copy(put.id(), put.life(), put.counter()), content);
        }
    }

    /** How the record must go. */
    Catalog.Outcome outcome(long sequence) {
        return steps.get((int) (sequence - baseSequence) - 1).outcome;
    }

    int taken(ExtentId id) {
        return taken.getOrDefault(id, 0);
    }

    /** Notes a violation where none can be thrown: inside of the engine, which might swallow it. */
    void fault(String message) {
        if (fault == null) {
            fault = message;
        }
    }

    /** Throws what was noted. */
    void checkFaults() {
        if (fault != null) {
            throw new Violation(fault);
        }
    }

    /** Takes back the newest record: the journal has refused it. */
    void refuseLast() {
        steps.remove(steps.size() - 1);
    }

    /** Somebody was told that a record is durable. */
    void promise(long sequence) {
        Violation.unless(
                sequence <= last(), () -> "record " + sequence + " is acknowledged, but only " + last() + " exist");
        if (sequence > promised) {
            promised = sequence;
            int settled = (int) (promised - baseSequence) - KEPT_BEHIND_PROMISE;
            if (settled > 0) {
                base = steps.get(settled - 1).after;
                baseSequence += settled;
                steps.subList(0, settled).clear();
            }
        }
    }

    /** The machine has come up with this prefix: the rest never happened, and this stays. */
    void recovered(long sequence) {
        check(sequence);
        while (last() > sequence) {
            refuseLast();
        }
        promise(sequence);
        taken.clear();
    }

    /** Checks that a recovered store ends where it may. */
    void check(long sequence) {
        Violation.unless(
                sequence >= promised,
                () -> "acknowledged record " + promised + " is lost, " + describe(promised) + ": the journal ends with "
                        + sequence);
        Violation.unless(sequence <= last(), () -> "record " + sequence + " was never written: the last is " + last());
    }

    private String describe(long sequence) {
        return sequence <= baseSequence ? "an older one" : command(sequence).toString();
    }

    /** Remembers what is stored under an id and a number. */
    void stored(ExtentId id, int life, long counter, byte[] bytes) {
        List<byte[]> known = contents.computeIfAbsent(id, key -> new ArrayList<>(1));
        byte[] one = known.stream()
                .filter(other -> Arrays.equals(other, bytes))
                .findFirst()
                .orElse(bytes);
        if (one == bytes) {
            known.add(bytes);
        }
        byte[] before = copies.putIfAbsent(new Copy(id, life, counter), one);
        Violation.unless(
                before == null || before == one,
                () -> "two contents are stored under number " + counter + " of life " + life + " and the same id "
                        + id);
    }

    /** Notes that what an id stands for is stored again, although it was something else: nothing that was left of it said so. */
    void replaced(ExtentId id) {
        replaced.add(id);
    }

    boolean isReplaced(ExtentId id) {
        return replaced.contains(id);
    }

    /** Every extent ever put. */
    List<ExtentId> allIds() {
        return List.copyOf(contents.keySet());
    }

    /** Whether these bytes were ever put under an id. */
    boolean wasPut(ExtentId id, byte[] bytes) {
        return contents.getOrDefault(id, List.of()).stream().anyMatch(known -> Arrays.equals(known, bytes));
    }

    /** What was stored under an id and a number; null if nothing was. */
    byte @Nullable [] content(ExtentId id, int life, long counter) {
        return copies.get(new Copy(id, life, counter));
    }
}
