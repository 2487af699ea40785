package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.extent.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Bytes whose checksums match may still be anything: every decoder either answers or throws what it says that it throws. */
class TableFuzzTest {

    /** Pages without checksums: what a decoder gets to see if everything before it has failed. */
    private static final class RawPages implements PageSource, PageSource.Pages {
        final TreeMap<String, byte[]> images = new TreeMap<>();
        byte[] open = new byte[0];

        @Override
        public Pages open(StoredObject object) {
            open = images.get(object.name());
            return this;
        }

        @Override
        public int pageCount() {
            return open.length / 4096;
        }

        @Override
        public int heapBytes() {
            return 64;
        }

        @Override
        public void read(int firstPage, int count, byte[] target, int offset) {
            if (firstPage < 0 || firstPage + count > pageCount()) {
                throw new DamagedException("no page " + firstPage);
            }
            System.arraycopy(open, firstPage * 4096, target, offset, count * 4096);
        }
    }

    private final RawPages pages = new RawPages();
    private final MemoryStore ids = new MemoryStore();

    private StoredObject sink(ExtentKind kind, ByteBuffer plain) {
        byte[] image = new byte[plain.remaining()];
        plain.duplicate().get(image);
        StoredObject object = ids.write(kind, plain);
        pages.images.put(object.name(), image);
        return object;
    }

    private static void mutate(Random random, byte[] image) {
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int page = random.nextInt(image.length / 4096) * 4096;
            // Headers and restarts are where it hurts.
            int at = switch (random.nextInt(3)) {
                case 0 -> page + random.nextInt(16);
                case 1 -> page + 4096 - 1 - random.nextInt(32);
                default -> page + random.nextInt(4096);
            };
            image[at] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt();
                case 1 -> (byte) 0xFF;
                default -> (byte) (image[at] ^ 1 << random.nextInt(8));
            };
        }
    }

    @Test
    void shouldAnswerOrReportDamageWhateverATableHolds() throws IOException {
        Random random = new Random(1);
        int damaged = 0;
        int rounds = 6000;
        for (int round = 0; round < rounds; round++) {
            NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            for (int i = 0; i < 60; i++) {
                model.put(TableTest.anyKey(random), TableTest.anyValue(random));
            }
            pages.images.clear();
            TableDescriptor table = TableTest.write(this::sink, model, 64 << 10);
            byte[] image = pages.images.firstEntry().getValue();
            if (round % 10 == 0) {
                random.nextBytes(image);
            } else {
                mutate(random, image);
            }
            // A new cache each time: it trusts what it was given.
            TableReader reader = new TableReader(pages, new PageCache(1 << 16));
            boolean thrown = false;
            try {
                for (byte[] key : model.keySet()) {
                    reader.get(table, key);
                }
                for (int i = 0; i < 20; i++) {
                    reader.get(table, TableTest.anyKey(random));
                }
            } catch (DamagedException e) {
                thrown = true;
                assertThat(e.getMessage()).contains("t-x", "page");
            }
            for (byte[] from : List.of(new byte[0], TableTest.anyKey(random))) {
                try {
                    EntryCursor cursor = reader.cursor(table, from);
                    byte[] previous = null;
                    while (cursor.next()) {
                        cursor.value();
                        assertThat(previous == null || Arrays.compareUnsigned(previous, cursor.key()) < 0)
                                .isTrue();
                        previous = cursor.key();
                    }
                } catch (DamagedException e) {
                    thrown = true;
                    assertThat(e.getMessage()).contains("t-x", "page");
                }
            }
            damaged += thrown ? 1 : 0;
        }
        assertThat(damaged).isBetween(rounds / 4, rounds - 1);
    }

    static Manifest anyManifest(Random random, TableSink sink) throws IOException {
        TreeMap<Integer, Long> counters = new TreeMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            counters.put(random.nextInt(100), random.nextLong());
        }
        List<TableDescriptor> tables = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
            for (int j = random.nextInt(60); j >= 0; j--) {
                entries.put(TableTest.anyKey(random), random.nextBoolean() ? null : new byte[500]);
            }
            tables.add(TableTest.write(sink, entries, 16 << 10));
        }
        return new Manifest(
                1 + random.nextInt(9),
                50 + random.nextInt(9),
                random.nextInt(9),
                random.nextLong() >>> 1,
                random.nextInt(50),
                random.nextLong() >>> 1,
                random.nextLong(),
                counters,
                new TableStack(tables));
    }

    @Test
    void shouldReadManifestsBackFromChainsOfAnyLength() throws IOException {
        Random random = new Random(2);
        int longest = 0;
        for (int round = 0; round < 200; round++) {
            Manifest manifest = anyManifest(random, this::sink);
            int maxImageBytes = 4096 * (1 + random.nextInt(2)) - random.nextInt(3700);
            List<StoredObject> written = ManifestStore.write(manifest, ids, maxImageBytes);
            ManifestStore.Stored read = ManifestStore.read(written.get(0), new ExtentPageSource(ids));
            assertThat(read.manifest()).isEqualTo(manifest);
            assertThat(read.objects()).isEqualTo(written);
            longest = Math.max(longest, written.size());
        }
        assertThat(longest).isGreaterThan(5);
    }

    @Test
    void shouldReadOrReportDamageWhateverAManifestHolds() throws IOException {
        Random random = new Random(3);
        int damaged = 0;
        int rounds = 3000;
        for (int round = 0; round < rounds; round++) {
            pages.images.clear();
            Manifest manifest = anyManifest(random, ids);
            List<StoredObject> written = ManifestStore.write(manifest, this::sink, 2048);
            StoredObject victim = written.get(random.nextInt(written.size()));
            byte[] image = pages.images.get(victim.name());
            byte[] before = image.clone();
            mutate(random, image);
            try {
                // Bytes behind the stream are zeros that nobody reads; all others are covered.
                assertThat(ManifestStore.read(written.get(0), pages).manifest()).isEqualTo(manifest);
            } catch (DamagedException | UnsupportedFormatException e) {
                assertThat(e.getMessage()).contains("manifest m-x");
                damaged++;
                continue;
            }
            assertThat(Arrays.mismatch(before, image)).isNotEqualTo(0);
        }
        assertThat(damaged).isBetween(rounds / 4, rounds - 1);
    }

    @Test
    void shouldRefuseEveryCutOrChangedStream() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 100; round++) {
            ByteBuffer stream = ManifestCodec.encode(anyManifest(random, ids));
            byte[] bytes = new byte[stream.remaining()];
            stream.get(bytes);
            for (int i = 0; i < 300; i++) {
                byte[] changed = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
                if (changed.length > 0) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                try {
                    ManifestCodec.decode(ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN));
                    // A number may have become another number; then all of it must have been used.
                    assertThat(changed).hasSize(bytes.length);
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
        }
    }
}
