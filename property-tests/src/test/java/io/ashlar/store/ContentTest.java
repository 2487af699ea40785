package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.SparseExtent;
import io.ashlar.StorageEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes in comes out, at the edges of every size and shape; and equal things are one thing, others are not. */
class ContentTest {
    private static final int PAGE = 4096;

    @TempDir
    Path directory;

    private StorageEngine engine;
    private ExtentStore extents;

    @BeforeEach
    void open() {
        engine = Stores.open(directory);
        extents = engine.extents();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void reopen() {
        engine.close();
        open();
    }

    @Test
    void shouldReturnEverySize() {
        int inline = engine.settings().inlineThresholdBytes();
        int most = EngineSettings.MAX_EXTENT_BYTES;
        Map<Integer, ExtentId> ids = new LinkedHashMap<>();
        for (int size : new int[] {
            0, 1, PAGE - 1, PAGE, PAGE + 1, inline - 1, inline, inline + 1, 32 << 10, 100_001, most - 1, most
        }) {
            ids.put(size, extents.put(Stores.bytes(1, size)));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> extents.put(new byte[most + 1]));
        check(ids);
        engine.checkpoint();
        check(ids);
        reopen();
        check(ids);
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    private void check(Map<Integer, ExtentId> ids) {
        ids.forEach((size, id) -> {
            byte[] expected = Stores.bytes(1, size);
            assertThat(extents.get(id)).isEqualTo(expected);
            for (int from : new int[] {0, 1, size / 2, Math.max(0, size - 1), size, size + 10}) {
                ByteBuffer target = ByteBuffer.allocate(5000).position(7);
                int count = extents.get(id, from, target);
                assertThat(count).isEqualTo(Math.max(0, Math.min(4993, size - from)));
                assertThat(Arrays.copyOfRange(target.array(), 7, 7 + count))
                        .isEqualTo(Arrays.copyOfRange(expected, Math.min(from, size), Math.min(from, size) + count));
                assertThat(target.position()).isEqualTo(7 + count);
            }
        });
    }

    @Test
    void shouldReturnSparseExtentsWithTheirHoles() {
        Random random = new Random(7);
        Map<ExtentId, SparseExtent> stored = new LinkedHashMap<>();
        for (int length : new int[] {0, 1, PAGE, PAGE + 1, 10 * PAGE + 77, 2 << 20}) {
            int slots = (length + PAGE - 1) / PAGE;
            BitSet some = new BitSet();
            for (int i = 0; i < slots; i++) {
                some.set(i, random.nextBoolean());
            }
            BitSet last = new BitSet();
            last.set(Math.max(0, slots - 1), slots);
            BitSet all = new BitSet();
            all.set(0, slots);
            for (BitSet present : new BitSet[] {new BitSet(), some, last, all}) {
                SparseExtent sparse = sparse(length, present);
                stored.put(extents.put(sparse), sparse);
            }
        }
        for (int round = 0; round < 2; round++) {
            stored.forEach(this::checkSparse);
            reopen();
        }
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    private static SparseExtent sparse(int length, BitSet present) {
        int slots = (length + PAGE - 1) / PAGE;
        int bytes = present.cardinality() * PAGE;
        if (slots > 0 && present.get(slots - 1)) {
            bytes -= slots * PAGE - length;
        }
        return new SparseExtent(PAGE, length, present, ByteBuffer.wrap(Stores.bytes(length, bytes)));
    }

    private void checkSparse(ExtentId id, SparseExtent expected) {
        SparseExtent found = extents.getSparse(id);
        assertThat(found.lengthBytes()).isEqualTo(expected.lengthBytes());
        assertThat(found.present()).isEqualTo(expected.present());
        assertThat(found.bytes()).isEqualTo(expected.bytes());
        byte[] dense = new byte[expected.lengthBytes()];
        ByteBuffer pages = expected.bytes().duplicate();
        expected.present().stream().forEach(page -> {
            int at = page * PAGE;
            pages.get(dense, at, Math.min(PAGE, dense.length - at));
        });
        assertThat(extents.get(id)).isEqualTo(dense);
    }

    /** A page that is absent is not a page of zeros, nor is one place another, nor one page size another. */
    @Test
    void shouldKeepApartWhatIsNotTheSame() {
        byte[] zeros = new byte[2 * PAGE];
        BitSet none = new BitSet();
        BitSet first = BitSet.valueOf(new long[] {1});
        BitSet second = BitSet.valueOf(new long[] {2});
        BitSet both = BitSet.valueOf(new long[] {3});
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        ExtentId dense = extents.put(zeros);
        ExtentId hole = extents.put(new SparseExtent(PAGE, zeros.length, none, ByteBuffer.allocate(0)));
        ExtentId one = extents.put(new SparseExtent(PAGE, zeros.length, first, page.duplicate()));
        ExtentId other = extents.put(new SparseExtent(PAGE, zeros.length, second, page.duplicate()));
        ExtentId small = extents.put(
                new SparseExtent(2048, zeros.length, BitSet.valueOf(new long[] {15}), ByteBuffer.wrap(zeros)));
        assertThat(dense).isNotIn(hole, one, other, small);
        assertThat(java.util.Set.of(dense, hole, one, other, small)).hasSize(5);
        for (ExtentId id : new ExtentId[] {dense, hole, one, other, small}) {
            assertThat(extents.get(id)).isEqualTo(zeros);
            assertThat(extents.stat(id).orElseThrow().references()).isEqualTo(1);
        }
        assertThat(extents.put(new SparseExtent(PAGE, zeros.length, both, ByteBuffer.wrap(zeros))))
                .as("all pages present is what a dense extent is")
                .isEqualTo(dense);
        assertThat(extents.stat(dense).orElseThrow().references()).isEqualTo(2);
    }

    @Test
    void shouldKeepAnObjectsTreeApartFromAnExtentWithTheSameBytes() throws IOException {
        ExtentId root;
        try (ObjectWriter writer = extents.newObject()) {
            writer.write(ByteBuffer.wrap(Stores.bytes(1, 10)));
            writer.cut();
            writer.write(ByteBuffer.wrap(Stores.bytes(2, 10)));
            root = writer.finish();
        }
        ExtentId copy = extents.put(extents.get(root));
        assertThat(copy).isNotEqualTo(root);
        try (ObjectReader reader = extents.openObject(copy)) {
            assertThat(reader.length()).isEqualTo(extents.get(root).length);
        }
        try (ObjectReader reader = extents.openObject(root)) {
            assertThat(reader.length()).isEqualTo(20);
        }
    }

    /** Over 1,024 parts there is a second level of nodes, over 1,024 times 1,024 a third: with tiny parts, that is cheap. */
    @Test
    void shouldReturnObjectsOfSeveralLevels() throws IOException {
        for (int parts : new int[] {0, 1, 2, 1023, 1024, 1025, 2048, 2500}) {
            byte[] all = Stores.bytes(parts, parts * 3);
            ExtentId root;
            try (ObjectWriter writer = extents.newObject()) {
                for (int i = 0; i < parts; i++) {
                    writer.write(ByteBuffer.wrap(all, 3 * i, 3));
                    writer.cut();
                    writer.cut();
                }
                assertThat(writer.position()).isEqualTo(all.length);
                root = writer.finish("object" + parts);
            }
            try (ObjectReader reader = extents.openObject(root)) {
                assertThat(reader.length()).isEqualTo(all.length);
                ByteBuffer target = ByteBuffer.allocate(all.length + 1);
                assertThat(reader.read(0, target)).isEqualTo(all.length);
                assertThat(Arrays.copyOf(target.array(), all.length)).isEqualTo(all);
                if (all.length > 100) {
                    ByteBuffer middle = ByteBuffer.allocate(50);
                    reader.read(all.length - 77, middle);
                    assertThat(middle.array()).isEqualTo(Arrays.copyOfRange(all, all.length - 77, all.length - 27));
                }
            }
        }
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    @Test
    void shouldStoreStreamsOfAnyLength() throws IOException {
        for (int length : new int[] {0, 1, 2 << 20, (2 << 20) + 1, 5_000_000}) {
            byte[] content = Stores.bytes(length, length);
            ExtentId root = extents.put(new ByteArrayInputStream(content));
            try (ObjectReader reader = extents.openObject(root)) {
                ByteBuffer target = ByteBuffer.allocate(length);
                assertThat(reader.read(0, target)).isEqualTo(length);
                assertThat(target.array()).isEqualTo(content);
            }
        }
    }
}
