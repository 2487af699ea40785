package io.ashlar.catalog.table;

import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static io.ashlar.fuzz.Seeds.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.TableLayout;
import io.ashlar.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Pages of tables, whole tables, manifests and the references in them. */
public final class TableFuzzing {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 2);

    private TableFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() throws IOException {
        FuzzedPages pages = new FuzzedPages();
        TableDescriptor table = table(pages);
        byte[] image = pages.last();
        byte[] object = new byte[4 + 1 + 3 + ID.encodedBytes()];
        new StoredObject("t-1", ID, 0x1234).writeTo(ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN));
        ManifestFuzzing manifests = new ManifestFuzzing(table);
        return List.of(
                new FuzzTarget(
                        "table-page",
                        List.of(
                                tagged(TableLayout.KIND_ENTRIES, FuzzedPages.packed(page(image, 0))),
                                tagged(
                                        TableLayout.KIND_INDEX,
                                        FuzzedPages.packed(
                                                page(image, table.parts().get(0).entryPages())))),
                        TableFuzzing::page),
                new FuzzTarget("table", List.of(FuzzedPages.packed(image)), input -> table(input, table)),
                new FuzzTarget("manifest-stream", List.of(manifests.stream()), ManifestFuzzing::stream),
                new FuzzTarget("manifest", manifests.chains(), ManifestFuzzing::chain),
                new FuzzTarget("stored-object", List.of(object), TableFuzzing::storedObject));
    }

    private static byte[] page(byte[] image, int number) {
        return Arrays.copyOfRange(image, number * TableLayout.PAGE_BYTES, (number + 1) * TableLayout.PAGE_BYTES);
    }

    /** A table of two pages of entries, the second of them with several restarts. */
    private static TableDescriptor table(FuzzedPages pages) throws IOException {
        TableWriter writer = new TableWriter(pages::sink, 64 << 10);
        for (int i = 10; i < 13; i++) {
            writer.add(text("a-" + i), new byte[1000]);
        }
        for (int i = 10; i < 50; i++) {
            if (i % 7 == 0) {
                writer.addTombstone(text("key-" + i));
            } else {
                writer.add(text("key-" + i), i == 10 ? new byte[1000] : text("" + i));
            }
        }
        return writer.finish();
    }

    private static boolean page(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        byte[] bytes = FuzzedPages.unpacked(Arrays.copyOfRange(input, 1, input.length), 1);
        NodePage page;
        try {
            page = new NodePage("fuzz", 0, bytes, 0, input[0] & 0xFF);
        } catch (DamagedException e) {
            assertThat(e).hasMessageContaining("fuzz");
            return false;
        }
        // Each may find damage that the others never come by.
        int answers = 0;
        for (byte[] key : List.of(new byte[] {0}, text("a-11"), text("key-33"), text("key-33x"), new byte[] {-1})) {
            try {
                page.get(key);
                assertThat(page.floor(key)).isBetween(-1, page.count() - 1);
                page.compareFirst(key);
                answers++;
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("fuzz");
            }
        }
        try {
            page.first();
            byte[] key = page.key(null);
            for (int i = 1; i < page.count(); i++) {
                page.following();
                byte[] next = page.key(key);
                page.value();
                assertThat(Arrays.compareUnsigned(key, next)).isNegative();
                key = next;
            }
            answers++;
        } catch (DamagedException e) {
            assertThat(e).hasMessageContaining("fuzz");
        }
        return answers == 6;
    }

    private static boolean table(byte[] input, TableDescriptor table) throws IOException {
        int pageCount = table.parts().get(0).pageCount();
        FuzzedPages pages = new FuzzedPages();
        pages.put(table.parts().get(0).object().name(), FuzzedPages.unpacked(input, pageCount));
        // A new cache each time: it trusts what it was given.
        TableReader reader = new TableReader(pages, new PageCache(1 << 16));
        int answers = 0;
        for (byte[] key : List.of(text("a-10"), text("a-2"), text("key-10"), text("key-33"), text("key-49"))) {
            try {
                reader.get(table, key);
                answers++;
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("page");
            }
            try {
                EntryCursor cursor = reader.cursor(table, answers % 2 == 0 ? new byte[0] : key);
                byte[] previous = new byte[0];
                while (cursor.next()) {
                    cursor.value();
                    assertThat(Arrays.compareUnsigned(previous, cursor.key())).isNegative();
                    previous = cursor.key();
                }
                answers++;
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("page");
            }
        }
        return answers == 10;
    }

    private static boolean storedObject(byte[] input) {
        ByteBuffer source = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        try {
            StoredObject object = StoredObject.readFrom(source);
            ByteBuffer again = ByteBuffer.allocate(object.encodedBytes()).order(ByteOrder.LITTLE_ENDIAN);
            object.writeTo(again);
            assertThat(again.array()).isEqualTo(Arrays.copyOf(input, source.position()));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Manifests with the given table and all that a manifest can have. */
    static Manifest manifest(TableDescriptor table, int parts) {
        List<TablePart> all = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            StoredObject object = new StoredObject("t-" + i, ID, 0x1234);
            all.add(new TablePart(
                    object, 1, 1, 1, 2, 1, text("k" + (char) (i + 40)), text("k" + (char) (i + 40) + "z")));
        }
        TreeMap<Integer, Long> counters = new TreeMap<>();
        counters.put(1, 2L);
        counters.put(7, -1L);
        return new Manifest(
                3, 4, 5, 6, 2, 9, 0x0A0B, counters, new TableStack(List.of(table, new TableDescriptor(all))));
    }

    static byte[] encoded(Manifest manifest) {
        return rest(ManifestCodec.encode(manifest));
    }
}
