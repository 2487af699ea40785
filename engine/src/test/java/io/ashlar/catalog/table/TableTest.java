package io.ashlar.catalog.table;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.format.TableLayout;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableTest {
    private final MemoryStore store = new MemoryStore();
    private final PageCache cache = new PageCache(4 << 20);
    private final TableReader reader = new TableReader(new ExtentPageSource(store), cache);

    /** Keys of many shapes: short and long, with long common prefixes, prefixes of one another, and random ones. */
    static byte[] anyKey(Random random) {
        byte[] tail = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 290 : 12)];
        random.nextBytes(tail);
        if (random.nextBoolean()) {
            for (int i = 0; i < tail.length; i++) {
                tail[i] &= 1;
            }
        }
        byte[] prefix = random.nextInt(3) == 0 ? "names/a/b".getBytes(US_ASCII) : new byte[0];
        byte[] key = Arrays.copyOf(prefix, prefix.length + tail.length);
        System.arraycopy(tail, 0, key, prefix.length, tail.length);
        return key;
    }

    static byte[] anyValue(Random random) {
        byte[] value = new byte[random.nextInt(random.nextInt(50) == 0 ? TableLayout.MAX_VALUE_BYTES + 1 : 30)];
        random.nextBytes(value);
        return value;
    }

    static TableDescriptor write(TableSink sink, NavigableMap<byte[], byte[]> entries, int extentBytes)
            throws IOException {
        TableWriter writer = new TableWriter(sink, extentBytes);
        for (Map.Entry<byte[], byte[]> entry : entries.entrySet()) {
            if (entry.getValue() == null) {
                writer.addTombstone(entry.getKey());
            } else {
                writer.add(entry.getKey(), entry.getValue());
            }
        }
        return writer.finish();
    }

    @Test
    void shouldFindEveryEntryAndNothingElse() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            int size = 1 + random.nextInt(seed % 4 == 0 ? 5000 : 300);
            for (int i = 0; i < size; i++) {
                model.put(anyKey(random), random.nextInt(5) == 0 ? null : anyValue(random));
            }
            int extentBytes = 4096 * (4 + random.nextInt(seed % 2 == 0 ? 8 : 200));
            TableDescriptor table = write(store, model, extentBytes);

            assertThat(table.entries()).isEqualTo(model.size());
            assertThat(table.tombstones())
                    .isEqualTo(model.values().stream().filter(v -> v == null).count());
            for (TablePart part : table.parts()) {
                assertThat(part.pageCount() * 4096).isLessThanOrEqualTo(extentBytes);
            }
            for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
                Lookup found = reader.get(table, entry.getKey());
                assertThat(found.isAbsent()).isFalse();
                assertThat(found.isTombstone()).isEqualTo(entry.getValue() == null);
                assertThat(found.value()).isEqualTo(entry.getValue());
            }
            for (int i = 0; i < 500; i++) {
                byte[] key = anyKey(random);
                assertThat(reader.get(table, key).isAbsent()).isEqualTo(!model.containsKey(key));
                // Past the filter, too.
                TablePart part = table.partFor(key);
                if (part != null) {
                    int page = reader.entryPageFor(part, key);
                    Lookup found =
                            reader.node(part, page, TableLayout.KIND_ENTRIES).get(key);
                    assertThat(found.isAbsent()).isEqualTo(!model.containsKey(key));
                }
            }
            for (int i = 0; i < 60; i++) {
                byte[] from = i == 0 ? new byte[0] : i == 1 ? model.lastKey() : anyKey(random);
                assertSame(reader.cursor(table, from), model.tailMap(from, true), i < 3 ? Integer.MAX_VALUE : 50);
            }
        }
    }

    static void assertSame(EntryCursor cursor, Map<byte[], byte[]> expected, int limit) throws IOException {
        int count = 0;
        for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
            if (count++ == limit) {
                return;
            }
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(entry.getKey());
            assertThat(cursor.value()).isEqualTo(entry.getValue());
        }
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.next()).isFalse();
        assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldWriteEachExtentAsIfThereWereNoOther() throws IOException {
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            for (int i = 0; i < 600; i++) {
                model.put(anyKey(random), random.nextInt(5) == 0 ? null : anyValue(random));
            }
            int extentBytes = 4096 * (4 + random.nextInt(4));
            TableDescriptor table = write(store, model, extentBytes);
            assertThat(table.parts()).hasSizeGreaterThan(1);
            for (TablePart part : table.parts()) {
                NavigableMap<byte[], byte[]> own =
                        model.subMap(part.firstKeyUncopied(), true, part.lastKeyUncopied(), true);
                assertThat(write(store, own, extentBytes).parts())
                        .singleElement()
                        .satisfies(alone -> assertThat(alone.object().id())
                                .isEqualTo(part.object().id()));
            }
        }
    }

    @Test
    void shouldRefuseKeysThatDoNotAscendOrAreTooLong() throws IOException {
        TableWriter writer = new TableWriter(store, 16 << 10);
        writer.add(new byte[] {5}, new byte[0]);
        for (byte[] key : new byte[][] {{5}, {4, 7}, {}, new byte[301]}) {
            assertThatThrownBy(() -> writer.add(key, new byte[0])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.addTombstone(key)).isInstanceOf(IllegalArgumentException.class);
        }
        // Unsigned: -128 is greater than 5.
        writer.add(new byte[] {-128}, new byte[TableLayout.MAX_VALUE_BYTES]);
        assertThatThrownBy(() -> writer.add(new byte[] {-1}, new byte[TableLayout.MAX_VALUE_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(writer.finish().entries()).isEqualTo(2);
        assertThatThrownBy(() -> writer.add(new byte[] {-1}, new byte[0])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new TableWriter(store, 12 << 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TableWriter(store, 4 << 20)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TableWriter(store, 20_000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldHoldEntriesOfTheGreatestSizeInTheSmallestExtents() throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            byte[] key = new byte[300];
            byte[] value = new byte[TableLayout.MAX_VALUE_BYTES];
            random.nextBytes(key);
            random.nextBytes(value);
            model.put(key, value);
        }
        TableDescriptor table = write(store, model, TableLayout.MIN_IMAGE_BYTES);
        assertThat(table.parts()).hasSize(20);
        assertSame(reader.cursor(table, new byte[0]), model, 100);
    }

    @Test
    void shouldFindKeysThatAreSeparatorsInAnyIndexPage() throws IOException {
        // Pairs that differ in their last byte only, a page each: every other separator is a whole key of 291 bytes.
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        Random random = new Random(13);
        for (int i = 0; i < 150; i++) {
            byte[] key = new byte[291];
            random.nextBytes(key);
            key[290] = 7;
            model.put(key.clone(), new byte[3500]);
            key[290] = 9;
            model.put(key, new byte[3501]);
        }
        TableDescriptor table = write(store, model, 2 << 20);
        assertThat(table.parts().get(0).indexPages()).isGreaterThan(8);
        for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
            assertThat(reader.get(table, entry.getKey()).value()).isEqualTo(entry.getValue());
            assertSame(reader.cursor(table, entry.getKey()), model.tailMap(entry.getKey(), true), 3);
        }
    }

    @Test
    void shouldMakeAnEmptyTableOfNothing() throws IOException {
        TableDescriptor table = new TableWriter(store, 16 << 10).finish();
        assertThat(table.parts()).isEmpty();
        assertThat(reader.get(table, new byte[] {1}).isAbsent()).isTrue();
        assertThat(reader.cursor(table, new byte[0]).next()).isFalse();
        assertThat(reader.cursor(table, new byte[] {1}).next()).isFalse();
        assertThat(TableStack.EMPTY.with(table)).isEqualTo(TableStack.EMPTY);
    }

    @Test
    void shouldReadFourPagesForALookupAndNoneForTheNext() throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[20];
            random.nextBytes(key);
            model.put(key, new byte[14]);
        }
        TableDescriptor table = write(store, model, 2 << 20);
        store.reads.set(0);
        byte[] key = model.ceilingKey(new byte[] {64});
        assertThat(reader.get(table, key).value()).hasSize(14);
        // Header and directory in one read, filter page, index page, entry page.
        assertThat(store.reads).hasValue(4);
        assertThat(store.readBytes.get()).isLessThanOrEqualTo((8 << 10) + 3 * 4096);
        assertThat(reader.get(table, key).value()).hasSize(14);
        assertThat(store.reads).hasValue(4);
        long cached = cache.bytes();
        EntryCursor cursor = reader.cursor(table, new byte[0]);
        int count = 0;
        while (cursor.next()) {
            count++;
        }
        assertThat(count).isEqualTo(model.size());
        // One entry page of the walk may stay; its strides double up to 64 pages.
        assertThat(cache.bytes() - cached).isLessThanOrEqualTo(4096 + 200);
        assertThat(store.reads.get() - 4).isLessThanOrEqualTo(10);
    }

    @Test
    void shouldTakeFewerThan64BytesForAnExtentOfTheCatalog() throws IOException {
        Random random = new Random(9);
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 200_000; i++) {
            byte[] key = new byte[20];
            byte[] value = new byte[14];
            random.nextBytes(key);
            random.nextBytes(value);
            model.put(key, value);
        }
        TableDescriptor table = write(store, model, 2 << 20);
        assertThat(table.storedBytes()).isEqualTo(store.storedBytes);
        assertThat((double) table.storedBytes() / table.entries()).isLessThan(40);
        // Opening it is to hold its descriptor.
        assertThat(store.reads).hasValue(0);
        assertThat(table.parts().size()).isLessThan(6);
    }

    @Test
    void shouldAnswerMostAbsentKeysFromTheFilter() throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            byte[] key = new byte[20];
            random.nextBytes(key);
            model.put(key, new byte[14]);
        }
        TableDescriptor table = write(store, model, 2 << 20);
        TablePart part = table.parts().get(0);
        int maybe = 0;
        int probes = 100_000;
        for (int i = 0; i < probes; i++) {
            byte[] key = new byte[20];
            random.nextBytes(key);
            maybe += reader.mightContain(part, KeyFilter.hash(key)) ? 1 : 0;
        }
        // 10 bits a key, 6 probes, in blocks of 512 bits: 1.2 % by the theory.
        assertThat((double) maybe / probes).isLessThan(0.016);
    }

    @Test
    void shouldDetectEveryFlippedByte() throws IOException {
        // Images that are read at once when they are opened, and one that is read by pages.
        detectEveryFlippedByte(40, 20 << 10, 1);
        detectEveryFlippedByte(600, 64 << 10, 41);
    }

    private void detectEveryFlippedByte(int entries, int extentBytes, int stride) throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        Random random = new Random(11);
        for (int i = 0; i < entries; i++) {
            model.put(anyKey(random), random.nextInt(5) == 0 ? null : anyValue(random));
        }
        TableDescriptor table = write(store, model, extentBytes);
        for (TablePart part : table.parts()) {
            byte[] bytes = store.objects.get(part.object().name());
            int trailer = bytes.length - 4096;
            for (int at = 0; at < bytes.length; at += at < 128 ? 1 : stride) {
                bytes[at] ^= (byte) (1 << (at & 7));
                TableReader fresh = new TableReader(new ExtentPageSource(store), new PageCache(1 << 20));
                assertThatThrownBy(() -> readAll(fresh, table, model))
                        .as("byte %d of %d", at, bytes.length)
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining(part.object().name());
                if (at < trailer) {
                    bytes[at] ^= (byte) (1 << (at & 7));
                    continue;
                }
                // Lookups never read the trailer; see what they say without it.
                for (byte[] key : model.keySet()) {
                    assertThat(fresh.get(table, key).value()).isEqualTo(model.get(key));
                }
                bytes[at] ^= (byte) (1 << (at & 7));
            }
        }
    }

    private static void readAll(TableReader reader, TableDescriptor table, NavigableMap<byte[], byte[]> model)
            throws IOException {
        for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
            assertThat(reader.get(table, entry.getKey()).value()).isEqualTo(entry.getValue());
        }
        for (TablePart part : table.parts()) {
            reader.pages(part).read(part.pageCount() - 1, 1, new byte[4096], 0);
        }
    }

    @Test
    void shouldNameThePageWhoseBytesAreWrong() throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        model.put(new byte[] {1}, new byte[] {2});
        TableDescriptor table = write(store, model, 64 << 10);
        byte[] bytes = store.objects.get(table.parts().get(0).object().name());
        bytes[bytes.length - 4 * 4096 + 9]++;
        assertThatThrownBy(() -> reader.get(table, new byte[] {1}))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("page 0")
                .hasMessageContaining(table.parts().get(0).object().name());
    }

    @Test
    void shouldMarkOverlappingPartsAsNoTable() throws IOException {
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        model.put(new byte[] {1}, new byte[0]);
        TablePart part = write(store, model, 64 << 10).parts().get(0);
        assertThatThrownBy(() -> new TableDescriptor(List.of(part, part))).isInstanceOf(IllegalArgumentException.class);
    }
}
