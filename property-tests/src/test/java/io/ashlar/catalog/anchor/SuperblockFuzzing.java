package io.ashlar.catalog.anchor;

import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.format.Crc32c;
import io.ashlar.format.SuperblockLayout;
import io.ashlar.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Superblocks, and the settings in them. */
public final class SuperblockFuzzing {
    /** The tag of an input: whether it is tried as it is, or filled up and its checksum made right. */
    private static final int AS_IT_IS = 1;

    private SuperblockFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        StoredObject manifest = new StoredObject("m-1", ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 3), 0x1000);
        byte[] first =
                rest(SuperblockCodec.encode(new Superblock(1, -2, 0, 1, 1000, 4096, ExtentId.Hash.SHA_256, null)));
        byte[] second =
                rest(SuperblockCodec.encode(new Superblock(1, -2, 0, 2, 1000, 4096, ExtentId.Hash.XXH3_128, manifest)));
        return List.of(new FuzzTarget(
                "superblock",
                List.of(
                        tagged(0, Arrays.copyOf(first, 68)),
                        tagged(0, Arrays.copyOf(second, 300)),
                        tagged(AS_IT_IS, second)),
                SuperblockFuzzing::superblock));
    }

    private static boolean superblock(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        byte[] file = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] != AS_IT_IS) {
            file = Arrays.copyOf(file, SuperblockLayout.BYTES);
            ByteBuffer sealed = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            sealed.putInt(SuperblockLayout.CRC_OFFSET, Crc32c.of(file, 0, SuperblockLayout.CRC_OFFSET));
        }
        try {
            Superblock block = SuperblockCodec.decode(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), "fuzz");
            assertThat(rest(SuperblockCodec.encode(block))).isEqualTo(file);
            return true;
        } catch (SuperblockCodec.BadCopyException | UnsupportedFormatException e) {
            return false;
        }
    }
}
