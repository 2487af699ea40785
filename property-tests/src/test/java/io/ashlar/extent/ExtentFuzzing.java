package io.ashlar.extent;

import static io.ashlar.fuzz.Seeds.golden;
import static io.ashlar.fuzz.Seeds.join;
import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static io.ashlar.fuzz.Seeds.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.fuzz.FuzzTarget;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Extents, nodes, packs, ids and names of objects. */
public final class ExtentFuzzing {
    private static final String DIGEST = "00112233445566778899aabbccddeeff";

    /** The tag of an extent's input: what is done to it first. */
    private static final int LEAVE_CHECKSUMS = 1;

    private static final int LIE_ABOUT_LENGTH = 2;

    private static final ByteBuffer ROOM = ByteBuffer.allocate(ExtentLayout.PLAIN_BYTES_MAX);
    private static final ByteBuffer IMAGE = ByteBuffer.allocate(ExtentLayout.IMAGE_BYTES_MAX);

    private static final Unsealer UNSEALER = Unsealer.of(PageCodecs.installed(), KeyRing.of(fill(1), 7, fill(2)));

    private ExtentFuzzing() {}

    private static byte[] fill(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        byte[] node = golden("node");
        byte[] pack = join(golden("extent-dense"), new byte[6], golden("extent-empty"), golden("pack-index"));
        List<byte[]> extents = new ArrayList<>();
        for (String name : new String[] {"extent-dense", "extent-sparse", "extent-empty", "extent-xxh3"}) {
            extents.add(tagged(0, golden(name)));
            extents.add(tagged(LEAVE_CHECKSUMS, golden(name)));
        }
        extents.add(tagged(LIE_ABOUT_LENGTH, golden("extent-dense")));
        extents.add(tagged(0, image(ExtentKind.NODE, node)));
        extents.add(tagged(0, image(ExtentKind.PACK, pack)));
        extents.add(tagged(0, image(ExtentKind.DATA, new byte[3000])));
        List<byte[]> sealed = new ArrayList<>();
        for (String name : new String[] {"extent-lz4", "extent-zstd", "extent-encrypted", "extent-convergent"}) {
            sealed.add(tagged(0, golden(name)));
            sealed.add(tagged(LEAVE_CHECKSUMS, golden(name)));
        }
        return List.of(
                new FuzzTarget("extent", extents, ExtentFuzzing::extent),
                new FuzzTarget("sealed-extent", sealed, ExtentFuzzing::sealedExtent),
                new FuzzTarget("node", List.of(node), ExtentFuzzing::node),
                new FuzzTarget("pack", List.of(pack), ExtentFuzzing::pack),
                new FuzzTarget(
                        "object-name",
                        List.of(
                                text("e-x" + DIGEST + "-11-0000002a-000000000000000f"),
                                text("m-s" + DIGEST + DIGEST + "-00-00000001-0000000000000001")),
                        ExtentFuzzing::objectName),
                new FuzzTarget(
                        "id-text",
                        List.of(text("x" + DIGEST + ".7"), text("s" + DIGEST + DIGEST), text("h" + DIGEST + DIGEST)),
                        ExtentFuzzing::idText),
                new FuzzTarget(
                        "id",
                        List.of(Arrays.copyOfRange(node, 16, 34), Arrays.copyOfRange(node, 42, 76)),
                        ExtentFuzzing::id));
    }

    private static boolean extent(byte[] input) throws IOException {
        if (input.length == 0) {
            return false;
        }
        byte[] image = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & LEAVE_CHECKSUMS) == 0) {
            reseal(image);
        }
        long storedBytes = (input[0] & LIE_ABOUT_LENGTH) == 0 ? image.length : ((long) input[0] << 13) + image.length;
        try {
            ExtentReader reader = ExtentReader.open(ExtentSource.of(ByteBuffer.wrap(image), "fuzz"), storedBytes);
            readEverything(reader);
            encodedAgain(reader, image);
            return true;
        } catch (DamagedException | UnsupportedFormatException | UnknownKeyException e) {
            assertThat(e).hasMessageContaining("fuzz");
            return false;
        }
    }

    /** One that is compressed or encrypted; the keys are those of the golden bytes. */
    private static boolean sealedExtent(byte[] input) throws IOException {
        if (input.length == 0) {
            return false;
        }
        byte[] image = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & LEAVE_CHECKSUMS) == 0) {
            resealPages(image);
            reseal(image);
        }
        ExtentSource source = ExtentSource.of(ByteBuffer.wrap(image), "fuzz");
        try {
            ExtentReader reader = ExtentReader.open(source, image.length, UNSEALER);
            readEverything(reader);
            ExtentReader.verifyStored(source, image.length, reader.id());
            return true;
        } catch (DamagedException | UnsupportedFormatException | UnknownKeyException e) {
            assertThat(e).hasMessageContaining("fuzz");
            return false;
        }
    }

    private static void readEverything(ExtentReader reader) throws IOException {
        int plainBytes = reader.plainBytes();
        if (plainBytes > 0) {
            int from = plainBytes / 3;
            reader.readRange(from, ROOM.clear().limit((plainBytes - from) / 2));
        }
        reader.readAll(ROOM.clear());
        reader.readPresent(ROOM.clear());
        if (reader.kind() == ExtentKind.PACK) {
            PackIndex.read(reader);
        } else if (reader.kind() == ExtentKind.NODE) {
            ExtentNode.read(reader);
        }
        reader.verifyDeep(ROOM.clear());
    }

    /** What has passed every check is what the encoder makes of its content. */
    private static void encodedAgain(ExtentReader reader, byte[] image) throws IOException {
        ByteBuffer pages = ByteBuffer.allocate(reader.presentBytes());
        BitSet present = reader.presentPages();
        reader.readPresent(pages);
        SparseContent content = SparseContent.of(reader.pageBytes(), reader.plainBytes(), present, pages.flip());
        new ExtentEncoder().encode(reader.kind(), content, reader.id().hash(), IMAGE.clear());
        ExtentEncoder.stampDiscriminator(IMAGE, reader.id().discriminator());
        assertThat(rest(IMAGE)).isEqualTo(image);
    }

    /** The checksums of pages, as far as there is a directory. */
    private static void resealPages(byte[] image) {
        if (image.length < ExtentLayout.HEADER_BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(image);
        int slots = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PRESENT_PAGES_OFFSET);
        int at = ExtentLayout.HEADER_BYTES + ExtentLayout.bitmapBytes(slots);
        for (int entry = 0; entry < present && at + ExtentLayout.ENTRY_BYTES <= image.length; entry++) {
            int offset = LittleEndian.getInt(bytes, at + ExtentLayout.ENTRY_PAGE_OFFSET);
            int length = LittleEndian.getInt(bytes, at + ExtentLayout.ENTRY_STORED_BYTES_OFFSET);
            if (offset >= 0 && length >= 0 && length <= image.length - offset) {
                LittleEndian.putInt(bytes, at + ExtentLayout.ENTRY_CRC_OFFSET, Crc32c.of(image, offset, length));
            }
            at += ExtentLayout.ENTRY_BYTES;
        }
    }

    private static void reseal(byte[] image) {
        if (image.length < ExtentLayout.HEADER_BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(image);
        LittleEndian.putInt(bytes, ExtentLayout.MAGIC_OFFSET, ExtentLayout.MAGIC);
        int slots = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PRESENT_PAGES_OFFSET);
        int end = ExtentLayout.metadataBytes(slots, present, image[ExtentLayout.CIPHER_OFFSET]);
        if (end <= image.length) {
            int crc = Crc32c.of(image, ExtentLayout.HEADER_BYTES, end - ExtentLayout.HEADER_BYTES);
            LittleEndian.putInt(bytes, ExtentLayout.METADATA_CRC_OFFSET, crc);
        }
        LittleEndian.putInt(bytes, ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(image, 0, ExtentLayout.HEADER_CRC_OFFSET));
    }

    private static boolean node(byte[] input) {
        try {
            ExtentNode node = ExtentNode.decode(ByteBuffer.wrap(input));
            assertThat(rest(node.encode())).isEqualTo(input);
            return true;
        } catch (DamagedException e) {
            return false;
        }
    }

    private static boolean pack(byte[] input) throws IOException {
        if (input.length > ExtentLayout.PLAIN_BYTES_MAX) {
            return false;
        }
        byte[] image = image(ExtentKind.PACK, input);
        ExtentReader pack = ExtentReader.open(ExtentSource.of(ByteBuffer.wrap(image), "fuzz"), image.length);
        PackIndex index;
        try {
            index = PackIndex.read(pack);
        } catch (DamagedException e) {
            return false;
        }
        PackBuilder again = new PackBuilder(ByteBuffer.allocate(input.length));
        for (PackIndex.Member member : index.members()) {
            byte[] inner = Arrays.copyOfRange(input, member.offset(), member.offset() + member.length());
            again.add(member.id(), member.life(), member.counter(), ByteBuffer.wrap(inner));
            try {
                PackSlice slice = new PackSlice(pack, member.offset(), member.length());
                readEverything(ExtentReader.open(slice, member.length(), member.id()));
            } catch (DamagedException | UnsupportedFormatException | UnknownKeyException e) {
                assertThat(e).hasMessageContaining("fuzz");
            }
        }
        byte[] rebuilt = image(ExtentKind.PACK, rest(again.finish()));
        ExtentReader second = ExtentReader.open(ExtentSource.of(ByteBuffer.wrap(rebuilt), "fuzz"), rebuilt.length);
        assertThat(PackIndex.read(second)).isEqualTo(index);
        return true;
    }

    private static byte[] image(ExtentKind kind, byte[] plain) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.length, 512));
        new ExtentEncoder().encode(kind, 512, ByteBuffer.wrap(plain), ExtentId.Hash.XXH3_128, image);
        return rest(image);
    }

    private static boolean objectName(byte[] input) {
        String name = new String(input, StandardCharsets.UTF_8);
        Optional<ObjectName> parsed = ObjectName.parse(name);
        parsed.ifPresent(found -> assertThat(found).hasToString(name));
        return parsed.isPresent();
    }

    private static boolean idText(byte[] input) {
        try {
            ExtentId id = ExtentId.parse(new String(input, StandardCharsets.UTF_8));
            assertThat(ExtentId.parse(id.toString())).isEqualTo(id);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean id(byte[] input) {
        try {
            ByteBuffer source = ByteBuffer.wrap(input);
            ExtentId id = ExtentId.readFrom(source);
            ByteBuffer again = ByteBuffer.allocate(id.encodedBytes());
            id.writeTo(again);
            assertThat(again.array()).isEqualTo(Arrays.copyOf(input, source.position()));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
