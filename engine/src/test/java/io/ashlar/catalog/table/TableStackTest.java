package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableStackTest {
    private final MemoryStore store = new MemoryStore();
    private final TableReader reader = new TableReader(new ExtentPageSource(store), new PageCache(1 << 20));

    /** Entries in memory, as a memtable would give them. */
    private static final class MapCursor implements EntryCursor {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.Entry<byte[], byte[]> at;

        MapCursor(NavigableMap<byte[], byte[]> map, byte[] from) {
            entries = map.tailMap(from, true).entrySet().iterator();
        }

        @Override
        public boolean next() {
            at = entries.hasNext() ? entries.next() : null;
            return at != null;
        }

        @Override
        public byte[] key() {
            return at.getKey();
        }

        @Override
        public byte[] value() {
            return at.getValue();
        }
    }

    private static NavigableMap<byte[], byte[]> map() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    @Test
    void shouldAgreeWithAMapThroughFlushesAndMerges() throws IOException {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                keys.add(TableTest.anyKey(random));
            }
            NavigableMap<byte[], byte[]> model = map();
            NavigableMap<byte[], byte[]> memtable = map();
            TableStack stack = TableStack.EMPTY;
            TableMerge merge = null;
            int merges = 0;
            for (int step = 0; step < 3000; step++) {
                byte[] key = keys.get(random.nextInt(keys.size()));
                boolean delete = random.nextInt(3) == 0;
                byte[] value = delete ? null : TableTest.anyValue(random);
                memtable.put(key, value);
                if (delete) {
                    model.remove(key);
                } else {
                    model.put(key, value);
                }
                if (random.nextInt(60) == 0) {
                    stack = stack.with(TableTest.write(store, memtable, 16 << 10));
                    memtable = map();
                }
                List<TableDescriptor> due = merge == null ? MergePolicy.choose(stack, model.size()) : null;
                if (due == null && merge == null && stack.tables().size() > 1 && random.nextInt(100) == 0) {
                    // Any neighbours will do, not only those that the policy likes.
                    int from = random.nextInt(stack.tables().size());
                    int to = from + 1 + random.nextInt(stack.tables().size() - from);
                    due = stack.tables().subList(from, to);
                }
                if (due != null) {
                    merge = new TableMerge(stack, due, reader, store, 32 << 10);
                }
                if (merge != null && merge.step(1 + random.nextInt(20))) {
                    boolean oldest = merge.inputs()
                            .contains(stack.tables().get(stack.tables().size() - 1));
                    stack = stack.replace(merge.inputs(), merge.result());
                    if (oldest) {
                        assertThat(merge.result().tombstones()).isZero();
                    }
                    assertThat(merge.written())
                            .isEqualTo(merge.result().parts().stream()
                                    .map(TablePart::object)
                                    .toList());
                    merge = null;
                    merges++;
                }
                if (step % 10 == 0) {
                    byte[] probe = keys.get(random.nextInt(keys.size()));
                    byte[] found = memtable.containsKey(probe) ? memtable.get(probe) : stack.get(reader, probe);
                    assertThat(found).isEqualTo(model.get(probe));
                }
                if (step % 250 == 0) {
                    byte[] from = random.nextBoolean() ? new byte[0] : TableTest.anyKey(random);
                    EntryCursor cursor = stack.cursor(reader, from, new MapCursor(memtable, from));
                    TableTest.assertSame(cursor, model.tailMap(from, true), Integer.MAX_VALUE);
                }
            }
            assertThat(merges).isGreaterThan(5);
        }
    }

    @Test
    void shouldShowTombstonesWhenAsked() throws IOException {
        NavigableMap<byte[], byte[]> older = map();
        older.put(new byte[] {1}, new byte[] {1});
        older.put(new byte[] {2}, new byte[] {2});
        NavigableMap<byte[], byte[]> newer = map();
        newer.put(new byte[] {1}, null);
        TableStack stack = TableStack.EMPTY
                .with(TableTest.write(store, older, 16 << 10))
                .with(TableTest.write(store, newer, 16 << 10));
        NavigableMap<byte[], byte[]> seen = map();
        seen.put(new byte[] {1}, null);
        seen.put(new byte[] {2}, new byte[] {2});
        TableTest.assertSame(stack.cursor(reader, new byte[0], null, false), seen, 10);
        seen.remove(new byte[] {1});
        TableTest.assertSame(stack.cursor(reader, new byte[0], null, true), seen, 10);
        assertThat(reader.get(stack.tables().get(0), new byte[] {1}).isTombstone())
                .isTrue();
        assertThat(stack.get(reader, new byte[] {1})).isNull();
    }

    @Test
    void shouldKeepTombstonesThatStillHideSomething() throws IOException {
        NavigableMap<byte[], byte[]> entry = map();
        entry.put(new byte[] {1}, new byte[] {1});
        TableDescriptor oldest = TableTest.write(store, entry, 16 << 10);
        entry.put(new byte[] {1}, null);
        TableDescriptor middle = TableTest.write(store, entry, 16 << 10);
        entry.clear();
        entry.put(new byte[] {2}, null);
        TableDescriptor newest = TableTest.write(store, entry, 16 << 10);
        TableStack stack = new TableStack(List.of(newest, middle, oldest));

        TableMerge partial = new TableMerge(stack, List.of(newest, middle), reader, store, 16 << 10);
        assertThat(partial.step(1)).isFalse();
        assertThatThrownBy(partial::result).isInstanceOf(IllegalStateException.class);
        assertThat(partial.step(10)).isTrue();
        assertThat(partial.result().tombstones()).isEqualTo(2);
        TableStack merged = stack.replace(partial.inputs(), partial.result());
        assertThat(merged.get(reader, new byte[] {1})).isNull();

        TableMerge full = new TableMerge(merged, merged.tables(), reader, store, 16 << 10);
        assertThat(full.step(10)).isTrue();
        assertThat(merged.replace(full.inputs(), full.result())).isEqualTo(TableStack.EMPTY);
    }

    @Test
    void shouldRefuseToReplaceWhatIsNotThere() throws IOException {
        TableDescriptor a = sized(1);
        TableDescriptor b = sized(2);
        TableDescriptor c = sized(3);
        TableStack stack = new TableStack(List.of(a, b, c));
        assertThat(stack.replace(List.of(b, c), c).tables()).containsExactly(a, c);
        for (List<TableDescriptor> wrong :
                List.of(List.<TableDescriptor>of(), List.of(a, c), List.of(b, a), List.of(sized(9)), List.of(c, a))) {
            assertThatThrownBy(() -> stack.replace(wrong, c)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new TableMerge(stack, wrong, reader, store, 16 << 10))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private int named;

    /** A table of any size, as the policy sees it: many parts of up to a gigabyte, none of which exists. */
    private TableDescriptor sized(long storedBytes) {
        List<TablePart> parts = new ArrayList<>();
        for (long left = storedBytes; left > 0; left -= 1 << 30) {
            byte[] key = {(byte) (parts.size() >> 8), (byte) parts.size()};
            StoredObject object = new StoredObject(
                    "t" + named++, ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0), (int) Math.min(left, 1 << 30));
            parts.add(new TablePart(object, 1, 1, 1, 1, 0, key, key));
        }
        return new TableDescriptor(parts);
    }

    @Test
    void shouldKeepTheStackLowAndRewriteLogarithmically() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TableStack stack = TableStack.EMPTY;
            long ingested = 0;
            long written = 0;
            int highest = 0;
            // Checkpoints of 0.2 to 4 MiB, up to about 8 GiB; in every other round a part of what is merged vanishes.
            for (int i = 0; i < 4000; i++) {
                long bytes = (200L << 10) + random.nextInt(4 << 20);
                ingested += bytes;
                written += bytes;
                stack = stack.with(sized(bytes));
                for (List<TableDescriptor> due = MergePolicy.choose(stack, Long.MAX_VALUE);
                        due != null;
                        due = MergePolicy.choose(stack, Long.MAX_VALUE)) {
                    long sum =
                            due.stream().mapToLong(TableDescriptor::storedBytes).sum();
                    long kept = seed % 2 == 0 ? sum : Math.max(1, sum / 10 * (5 + random.nextInt(6)));
                    written += kept;
                    stack = stack.replace(due, sized(kept));
                }
                highest = Math.max(highest, stack.tables().size());
            }
            double amplification = (double) written / ingested;
            double bound = 2 * Math.log((double) ingested / (2 << 20)) / Math.log(8) + 2;
            assertThat(highest).isLessThanOrEqualTo(MergePolicy.MAX_TABLES);
            assertThat(amplification).isLessThan(bound);
        }
    }

    @Test
    void shouldMergeEverythingOnceTooMuchIsDead() throws IOException {
        NavigableMap<byte[], byte[]> many = map();
        for (int i = 0; i < 12_000; i++) {
            many.put(new byte[] {(byte) (i >> 8), (byte) i}, new byte[] {1});
        }
        TableStack stack = TableStack.EMPTY
                .with(TableTest.write(store, many, 16 << 10))
                .with(TableTest.write(store, many, 16 << 10));

        assertThat(MergePolicy.choose(stack, 24_000)).as("all are alive").isNull();
        assertThat(MergePolicy.choose(stack, 20_000)).as("few are dead").isNull();
        assertThat(MergePolicy.choose(stack, 12_000)).isEqualTo(stack.tables());
        assertThat(MergePolicy.choose(new TableStack(stack.tables().subList(0, 1)), 0))
                .as("one table has nothing to merge with")
                .isNull();
    }
}
