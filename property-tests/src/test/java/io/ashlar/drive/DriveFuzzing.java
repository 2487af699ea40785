package io.ashlar.drive;

import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.DriveLayout;
import io.ashlar.fuzz.FuzzTarget;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Identities of drives, and the maps in them. */
public final class DriveFuzzing {
    /** The tag of an input: whether it is tried as it is, or its length and its checksum made right. */
    private static final int AS_IT_IS = 1;

    private DriveFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        DriveMap first = DriveMap.first(1, 2, List.of(entry(1), entry(2), entry(3)));
        List<DriveEntry> more = new ArrayList<>(first.drives());
        more.add(entry(4));
        more.set(1, entry(2).withRole(DriveRole.DRAINING));
        DriveMap second = first.withLog(List.of(1, 3)).next(more, 2, 500).withVersion(9);
        byte[] small = rest(DriveIdentityCodec.encode(new DriveIdentity(1, first)));
        byte[] large = rest(DriveIdentityCodec.encode(new DriveIdentity(4, second)));
        return List.of(new FuzzTarget(
                "drive-identity",
                List.of(tagged(0, small), tagged(0, large), tagged(AS_IT_IS, large)),
                DriveFuzzing::identity));
    }

    private static DriveEntry entry(int number) {
        return new DriveEntry(
                number,
                10L + number,
                20L + number,
                URI.create("file:///drives/" + number + "/"),
                "rack-" + number,
                number,
                DriveRole.ACTIVE);
    }

    private static boolean identity(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] != AS_IT_IS && bytes.length >= DriveLayout.HEADER_BYTES + Integer.BYTES) {
            ByteBuffer sealed = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            sealed.putInt(DriveLayout.BYTES_OFFSET, bytes.length);
            int end = bytes.length - Integer.BYTES;
            sealed.putInt(end, Crc32c.of(bytes, 0, end));
        }
        try {
            DriveIdentity identity = DriveIdentityCodec.decode(ByteBuffer.wrap(bytes), "fuzz");
            // One identity has one form.
            assertThat(rest(DriveIdentityCodec.encode(identity))).isEqualTo(bytes);
            assertThat(identity.self().number()).isEqualTo(identity.number());
            return true;
        } catch (DamagedException | UnsupportedFormatException e) {
            return false;
        }
    }
}
