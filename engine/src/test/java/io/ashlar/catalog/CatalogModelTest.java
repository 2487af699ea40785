package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog.Outcome;
import io.ashlar.catalog.Counters.Figure;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.MemoryStore;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.journal.JournalPosition;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Commands at random, and after each of them all of the catalog compared with what a plain model makes of the same commands. */
class CatalogModelTest {
    private static final int IDS = 8;
    private static final int SEEDS = 60;
    private static final int COMMANDS = 80;

    /** What the catalog should know of an extent. */
    private record Known(
            ExtentKind kind,
            int domain,
            int life,
            long counter,
            int plain,
            int stored,
            long count,
            long explicit,
            int live,
            Home home) {
        Known counted(long by) {
            return new Known(kind, domain, life, counter, plain, stored, count + by, explicit, live, home);
        }

        Known taken(long by) {
            return new Known(kind, domain, life, counter, plain, stored, count, explicit + by, live, home);
        }

        Known dead(int bytes) {
            return new Known(kind, domain, life, counter, plain, stored, count, explicit, live - bytes, home);
        }

        Known at(Home place) {
            return new Known(kind, domain, life, counter, plain, stored, count, explicit, live, place);
        }
    }

    private record Drop(long sequence, ExtentId id, long number, int dead) {}

    private record Dead(long sequence, String object) {}

    private final Map<ExtentId, Known> extents = new TreeMap<>();
    private final Map<String, ExtentId> names = new TreeMap<>();

    /** Where shards are, by life and counter of their objects. */
    private final Map<Long, PlacementTable.Entry> placements = new TreeMap<>();

    private final List<Drop> drops = new ArrayList<>();
    private final List<Dead> dead = new ArrayList<>();
    private final Set<String> erasable = new TreeSet<>();

    /** What the watcher was told last of each extent's count. */
    private final Map<ExtentId, Long> told = new TreeMap<>();

    private final List<Long> appliedTold = new ArrayList<>();
    private final List<Long> durableTold = new ArrayList<>();

    private final Probe probe = new Probe() {
        @Override
        public void counted(ExtentId id, long count) {
            told.put(id, count);
        }

        @Override
        public void applied(long sequence, int type, ByteBuffer payload) {
            appliedTold.add(sequence);
        }

        @Override
        public void durable(long sequence) {
            durableTold.add(sequence);
        }
    };

    private Catalog catalog = newCatalog();
    private SplittableRandom random = new SplittableRandom();
    private long sequence;
    private long durable;
    private long counter;

    private Catalog newCatalog() {
        return new Catalog(
                new TableReader(new ExtentPageSource(new MemoryStore()), new PageCache(1 << 16)),
                TableStack.EMPTY,
                new long[0],
                new Pins(1_000_000_000_000L, Probe.NONE),
                probe);
    }

    private static ExtentId id(int number) {
        byte[] digest = new byte[16];
        digest[0] = (byte) (number * 37);
        digest[15] = (byte) number;
        return ExtentId.of(ExtentId.Hash.XXH3_128, digest, number % 3);
    }

    @Test
    void shouldDoWhatThePlainModelDoes() throws IOException {
        int sweeps = 0;
        int moves = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            for (int i = 0; i < COMMANDS; i++) {
                Command command = draw();
                if (command != null) {
                    apply(command);
                    sweeps += command instanceof Command.Sweep ? 1 : 0;
                    moves += command instanceof Command.Move ? 1 : 0;
                }
                if (random.nextInt(3) == 0) {
                    force();
                }
                check();
            }
        }
        assertThat(sweeps).isGreaterThan(SEEDS);
        assertThat(moves).isGreaterThan(SEEDS);
    }

    private void begin(long seed) {
        random = new SplittableRandom(seed);
        extents.clear();
        names.clear();
        placements.clear();
        drops.clear();
        dead.clear();
        erasable.clear();
        told.clear();
        sequence = 0;
        durable = 0;
        counter = 0;
        catalog = newCatalog();
    }

    // ---- commands --------------------------------------------------------------------------------------------------

    private ExtentId anyId() {
        return id(1 + random.nextInt(IDS));
    }

    private Command draw() {
        ExtentId id = anyId();
        Known known = extents.get(id);
        return switch (random.nextInt(9)) {
            case 0, 1 -> put(id, known);
            case 2 -> new Command.Retain(id, 1 + random.nextInt(3));
            case 3 -> new Command.Release(id, 1 + random.nextInt(2));
            case 4 -> new Command.Bind("name-" + random.nextInt(4), id);
            case 5 -> new Command.Unbind("name-" + random.nextInt(4));
            case 6 -> sweep();
            case 7 -> place(id);
            default -> move();
        };
    }

    private Command put(ExtentId id, Known known) {
        boolean inline = random.nextInt(3) != 0;
        int stored = 100 + random.nextInt(100);
        // Content never changes.
        int plain = known == null ? stored - random.nextInt(100) : known.plain;
        List<ExtentId> links = new ArrayList<>();
        if (known == null && random.nextInt(3) == 0) {
            extents.keySet().stream().limit(1 + random.nextInt(2)).forEach(links::add);
        }
        ExtentKind kind = known != null ? known.kind : links.isEmpty() ? ExtentKind.DATA : ExtentKind.NODE;
        if (kind == ExtentKind.PACK) {
            return null;
        }
        return new Command.Put(
                id,
                kind,
                random.nextInt(3) * 150,
                plain,
                stored,
                1 + random.nextInt(2),
                ++counter,
                random.nextBoolean(),
                links,
                inline ? ByteBuffer.allocate(stored) : null);
    }

    private Command place(ExtentId id) {
        ObjectName object = new ObjectName(ExtentKind.DATA, id, 1 + random.nextInt(2), random.nextInt(4));
        return new Command.Place(
                object, random.nextInt(3) == 0 ? null : Placement.of(5, Placement.OWED, 1 + random.nextInt(4), 300));
    }

    private Command sweep() {
        List<Command.Swept> swept = new ArrayList<>();
        extents.forEach((id, known) -> {
            boolean waiting = drops.stream().anyMatch(drop -> drop.id.equals(id));
            if (known.count == 0 && !waiting && random.nextBoolean()) {
                // Now and then of a copy that is not there any more.
                long copy = random.nextInt(8) == 0 ? known.counter - 1 : known.counter;
                int life = random.nextInt(8) == 0 ? known.life + 1 : known.life;
                swept.add(new Command.Swept(id, life, copy, List.of()));
            }
        });
        return swept.isEmpty() ? null : new Command.Sweep(swept);
    }

    private Command move() {
        List<Command.Moved> members = new ArrayList<>();
        int offset = 0;
        for (Map.Entry<ExtentId, Known> entry : extents.entrySet()) {
            Known known = entry.getValue();
            if (known.kind != ExtentKind.PACK && random.nextBoolean()) {
                // Now and then one that has moved since.
                long copy = random.nextInt(8) == 0 ? known.counter + 1 : known.counter;
                int life = random.nextInt(8) == 0 ? known.life + 1 : known.life;
                members.add(new Command.Moved(entry.getKey(), life, copy, offset, known.stored));
                offset += known.stored;
            }
        }
        ExtentId pack = id(IDS + 1 + random.nextInt(4));
        if (members.isEmpty() || extents.containsKey(pack)) {
            return null;
        }
        return new Command.Move(pack, random.nextInt(3), offset, offset + 200, 1, ++counter, members);
    }

    private void apply(Command command) throws IOException {
        long now = ++sequence;
        JournalPosition position = new JournalPosition(1 + random.nextInt(5), 4096L * random.nextInt(100));
        ByteBuffer payload = command.encode();
        appliedTold.clear();
        told.clear();
        Outcome outcome = catalog.apply(now, command.type(), payload, position);
        assertThat(payload.position()).as("the payload is left as it was").isZero();
        assertThat(outcome).as("%s", command).isEqualTo(model(command, now, position));
        assertThat(appliedTold).hasSize(outcome == Outcome.DONE ? 1 : 0);
        told.forEach((id, count) -> assertThat(count).isEqualTo(extents.containsKey(id) ? extents.get(id).count : 0));
        if (command instanceof Command.Put put) {
            assertThat(told).containsKey(put.id());
        }
    }

    private void force() throws IOException {
        durable += random.nextLong(sequence - durable + 1);
        durableTold.clear();
        told.clear();
        catalog.durable(durable);
        assertThat(durableTold).containsExactly(durable);
        List<ExtentId> fallen = new ArrayList<>();
        for (Drop drop : drops) {
            if (drop.sequence <= durable) {
                extents.computeIfPresent(
                        drop.id, (id, known) -> known.counted(-drop.number).dead(drop.dead));
                fallen.add(drop.id);
            }
        }
        assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(fallen));
        drops.removeIf(drop -> drop.sequence <= durable);
        dead.stream().filter(each -> each.sequence <= durable).forEach(each -> erasable.add(each.object));
        dead.removeIf(each -> each.sequence <= durable);
        if (random.nextInt(4) == 0 && !erasable.isEmpty()) {
            String gone = erasable.iterator().next();
            catalog.erased(gone);
            erasable.remove(gone);
        }
    }

    // ---- the model -------------------------------------------------------------------------------------------------

    private Outcome model(Command command, long now, JournalPosition position) {
        if (command instanceof Command.Put put) {
            modelPut(put, now, position);
        } else if (command instanceof Command.Retain retain) {
            Known known = extents.get(retain.id());
            if (known == null) {
                return Outcome.NO_EXTENT;
            }
            extents.put(retain.id(), known.counted(retain.number()).taken(retain.number()));
        } else if (command instanceof Command.Release release) {
            Known known = extents.get(release.id());
            if (known == null || known.explicit < release.number()) {
                return Outcome.NO_EXTENT;
            }
            extents.put(release.id(), known.taken(-release.number()));
            drops.add(new Drop(now, release.id(), release.number(), 0));
        } else if (command instanceof Command.Bind bind) {
            if (!extents.containsKey(bind.id())) {
                return Outcome.NO_EXTENT;
            }
            ExtentId old = names.put(bind.name(), bind.id());
            if (!bind.id().equals(old)) {
                extents.computeIfPresent(bind.id(), (id, known) -> known.counted(1));
                if (old != null) {
                    drops.add(new Drop(now, old, 1, 0));
                }
            }
        } else if (command instanceof Command.Unbind unbind) {
            ExtentId old = names.remove(unbind.name());
            if (old == null) {
                return Outcome.NO_NAME;
            }
            drops.add(new Drop(now, old, 1, 0));
        } else if (command instanceof Command.Sweep sweep) {
            for (Command.Swept swept : sweep.extents()) {
                Known known = extents.get(swept.id());
                if (known != null && known.life == swept.life() && known.counter == swept.counter()) {
                    extents.remove(swept.id());
                    vacate(swept.id(), known, now);
                }
            }
        } else if (command instanceof Command.Move move) {
            modelMove(move, now);
        } else if (command instanceof Command.Place place) {
            long key = 100L * place.object().life() + place.object().counter();
            if (place.placement() == null) {
                placements.remove(key);
            } else {
                placements.put(key, new PlacementTable.Entry(place.object(), place.placement()));
            }
        }
        return Outcome.DONE;
    }

    private void modelPut(Command.Put put, long now, JournalPosition position) {
        Home home = put.image() == null
                ? Home.OWN_OBJECT
                : new Home.InJournal(new JournalPosition(position.segment(), position.offset() + put.imageOffset()));
        int reference = put.explicit() ? 1 : 0;
        Known before = extents.get(put.id());
        if (before != null) {
            vacate(put.id(), before, now);
        }
        extents.put(
                put.id(),
                new Known(
                        put.kind(),
                        put.domain(),
                        put.life(),
                        put.counter(),
                        put.plainBytes(),
                        put.storedBytes(),
                        (before == null ? 0 : before.count) + reference,
                        (before == null ? 0 : before.explicit) + reference,
                        0,
                        home));
        if (before == null) {
            for (ExtentId link : put.links()) {
                extents.computeIfPresent(link, (id, known) -> known.counted(1));
            }
        }
    }

    private void modelMove(Command.Move move, long now) {
        int live = 0;
        int moved = 0;
        for (Command.Moved member : move.members()) {
            Known known = extents.get(member.id());
            if (known != null
                    && known.life == member.life()
                    && known.counter == member.counter()
                    && !(known.home instanceof Home.OwnObject)) {
                vacate(member.id(), known, now);
                extents.put(member.id(), known.at(new Home.InPack(move.pack(), member.offset())));
                live += known.stored;
                moved++;
            }
        }
        extents.put(
                move.pack(),
                new Known(
                        ExtentKind.PACK,
                        move.domain(),
                        move.life(),
                        move.counter(),
                        move.plainBytes(),
                        move.storedBytes(),
                        moved,
                        0,
                        live,
                        Home.OWN_OBJECT));
    }

    private void vacate(ExtentId id, Known known, long now) {
        if (known.home instanceof Home.OwnObject) {
            dead.add(new Dead(now, ObjectName.of(known.kind, id, known.life, known.counter)));
        } else if (known.home instanceof Home.InPack pack) {
            drops.add(new Drop(now, pack.pack(), 1, known.stored));
        }
    }

    // ---- comparing -------------------------------------------------------------------------------------------------

    private void check() throws IOException {
        for (int number = 1; number <= IDS + 4; number++) {
            ExtentEntry entry = catalog.find(id(number));
            Known found = entry == null
                    ? null
                    : new Known(
                            entry.kind(),
                            entry.domain(),
                            entry.life(),
                            entry.counter(),
                            entry.plainBytes(),
                            entry.storedBytes(),
                            entry.count(),
                            entry.explicit(),
                            entry.liveBytes(),
                            entry.home());
            assertThat(found).isEqualTo(extents.get(id(number)));
        }
        checkLists();
        checkFigures();
    }

    private void checkLists() throws IOException {
        assertThat(ids((after, limit) -> catalog.listings().unreferenced(after, limit)))
                .containsExactlyElementsOf(where(known -> known.count == 0));
        assertThat(ids((after, limit) -> catalog.listings().cleanable(after, limit)))
                .containsExactlyElementsOf(where(known -> known.kind == ExtentKind.PACK
                        && known.count > 0
                        && 4 * (known.plain - known.live) > known.plain));
        List<Map.Entry<Long, ExtentId>> inline = new ArrayList<>();
        extents.forEach((id, known) -> {
            if (known.home instanceof Home.InJournal journal) {
                inline.add(Map.entry(journal.image().segment(), id));
            }
        });
        inline.sort(Map.Entry.<Long, ExtentId>comparingByKey().thenComparing(Map.Entry.comparingByValue()));
        assertThat(catalog.listings().inline(100)).containsExactlyElementsOf(inline);
        assertThat(catalog.listings().inline(2)).hasSize(Math.min(2, inline.size()));
        List<Map.Entry<String, ExtentId>> listed = new ArrayList<>();
        for (String after = ""; ; ) {
            List<Map.Entry<String, ExtentId>> page = catalog.names(after, 2);
            listed.addAll(page);
            if (page.size() < 2) {
                break;
            }
            after = page.get(1).getKey();
        }
        assertThat(listed).containsExactlyElementsOf(names.entrySet());
        for (int i = 0; i < 4; i++) {
            assertThat(catalog.resolve("name-" + i)).isEqualTo(names.get("name-" + i));
        }
        checkPlacements();
        assertThat(catalog.erasable(100)).containsExactlyInAnyOrderElementsOf(erasable);
        assertThat(catalog.erasable(1)).hasSize(Math.min(1, erasable.size()));
        for (String object : erasable) {
            assertThat(catalog.isVacated(object)).isTrue();
        }
        for (Dead each : dead) {
            assertThat(catalog.isVacated(each.object)).isTrue();
        }
        assertThat(catalog.isVacated("e-of-nobody")).isFalse();
    }

    private void checkPlacements() throws IOException {
        List<PlacementTable.Entry> listed = new ArrayList<>();
        List<PlacementTable.Entry> page = catalog.listings().placements(0, -1, 2);
        while (!page.isEmpty()) {
            listed.addAll(page);
            ObjectName last = page.get(page.size() - 1).object();
            page = catalog.listings().placements(last.life(), last.counter(), 2);
        }
        assertThat(listed).containsExactlyElementsOf(placements.values());
        for (PlacementTable.Entry entry : listed) {
            assertThat(catalog.placement(entry.object())).isEqualTo(entry.placement());
        }
        assertThat(catalog.placement(new ObjectName(ExtentKind.DATA, id(1), 9, 9)))
                .isNull();
    }

    private interface Page {
        List<ExtentId> after(ExtentId id, int limit) throws IOException;
    }

    private static List<ExtentId> ids(Page source) throws IOException {
        List<ExtentId> all = new ArrayList<>();
        ExtentId after = null;
        while (true) {
            List<ExtentId> page = source.after(after, 2);
            all.addAll(page);
            if (page.size() < 2) {
                return all;
            }
            after = page.get(1);
        }
    }

    private List<ExtentId> where(Predicate<Known> holds) {
        return extents.entrySet().stream()
                .filter(entry -> holds.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void checkFigures() {
        Counters counters = catalog.counters();
        long[] expected = new long[Counters.COUNT];
        expected[0] = extents.size();
        expected[6] = names.size();
        expected[9] = placements.size();
        for (Known known : extents.values()) {
            boolean pack = known.kind == ExtentKind.PACK;
            if (pack) {
                expected[7]++;
                expected[5] += known.plain - known.live;
            } else {
                expected[1] += known.plain;
                expected[3] += known.count * known.plain;
            }
            expected[2] += known.home instanceof Home.InPack ? 0 : known.stored;
            expected[8] += known.home instanceof Home.InJournal ? 1 : 0;
            if (known.count == 0) {
                expected[4]++;
                expected[5] += pack ? 0 : known.plain;
            }
        }
        SortedMap<Integer, Long> byTag = new TreeMap<>();
        for (int tag = 0; tag < expected.length; tag++) {
            byTag.put(tag, expected[tag]);
        }
        assertThat(counters.toMap()).isEqualTo(byTag);
        assertThat(counters.get(Figure.EXTENTS)).isEqualTo(extents.size());
        assertThat(counters.entries())
                .isEqualTo(expected[0] + expected[6] + expected[4] + expected[8] + expected[7] + expected[9]);
        Counters loaded = new Counters();
        loaded.load(new long[] {7});
        loaded.load(expected);
        assertThat(loaded.toMap().values())
                .containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
        loaded.load(new long[] {5});
        assertThat(loaded.toMap().values()).startsWith(5L, 0L, 0L);
        if (!extents.isEmpty()) {
            assertThat(catalog.changedEntries()).isGreaterThanOrEqualTo(extents.size());
        }
    }
}
