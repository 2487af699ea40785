package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.DriveLayout;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriveIdentityCodecTest {
    private static final String WHERE = "file:/d3";

    private static DriveEntry drive(int number, DriveRole role) {
        return new DriveEntry(
                number,
                0x1000L + number,
                0x2000L + number,
                URI.create("file:/d" + number),
                "rack-" + number % 2,
                100,
                role);
    }

    private static DriveMap map() {
        List<DriveEntry> drives = new ArrayList<>(List.of(drive(1, DriveRole.ACTIVE), drive(2, DriveRole.ACTIVE)));
        DriveMap first = DriveMap.first(0x0102030405060708L, 0x1112131415161718L, drives);
        drives.add(drive(3, DriveRole.ACTIVE));
        drives.set(0, drive(1, DriveRole.DRAINING));
        return first.next(drives, 7, 99).withLog(List.of(3, 2));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer sealed(ByteBuffer bytes) {
        int end = bytes.limit() - Integer.BYTES;
        return bytes.putInt(end, Crc32c.of(bytes, 0, end));
    }

    @Test
    void shouldComeBackAsItWas() {
        DriveIdentity identity = new DriveIdentity(3, map());
        assertThat(DriveIdentityCodec.decode(DriveIdentityCodec.encode(identity), WHERE))
                .isEqualTo(identity);
    }

    @Test
    void shouldLieInBytesAsItAlwaysDid() {
        ByteBuffer bytes = DriveIdentityCodec.encode(new DriveIdentity(3, map()));
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        assertThat(HexFormat.of().formatHex(array))
                .isEqualTo("4452563101000300120100000300000008070605040302011817161514131211030000000000000002000000"
                        + "0200000001000000011000000000000001200000000000006400000000000000020608007261636b2d316669"
                        + "6c653a2f643102000000021000000000000002200000000000006400000000000000010608007261636b2d30"
                        + "66696c653a2f643203000000031000000000000003200000000000006400000000000000010608007261636b"
                        + "2d3166696c653a2f643300000000000000000000000002000100000064000000000000000200000064000000"
                        + "0000000007000000630000000000000002000200000064000000000000000300000064000000000000000200"
                        + "000003000000622b0b65");
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        ByteBuffer good = DriveIdentityCodec.encode(new DriveIdentity(3, map()));
        for (int bit = 0; bit < good.limit() * 8; bit++) {
            ByteBuffer bad = copy(good);
            bad.put(bit / 8, (byte) (bad.get(bit / 8) ^ 1 << bit % 8));
            assertThatThrownBy(() -> DriveIdentityCodec.decode(bad, WHERE))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(WHERE);
        }
    }

    @Test
    void shouldNoticeEveryCut() {
        ByteBuffer good = DriveIdentityCodec.encode(new DriveIdentity(3, map()));
        for (int length = 0; length < good.limit(); length++) {
            ByteBuffer cut = copy(good).limit(length);
            assertThatThrownBy(() -> DriveIdentityCodec.decode(cut, WHERE)).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void shouldRefuseANewerVersionByName() {
        ByteBuffer newer = copy(DriveIdentityCodec.encode(new DriveIdentity(3, map())));
        sealed(newer.putShort(DriveLayout.VERSION_OFFSET, (short) 2));
        assertThatThrownBy(() -> DriveIdentityCodec.decode(newer, WHERE))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("version 2");
    }

    /** Each byte in turn is made anything else, and the checksum made to fit: an identity or a typed error, nothing else. */
    @Test
    void shouldSurviveWhatMakesNoSense() {
        ByteBuffer good = DriveIdentityCodec.encode(new DriveIdentity(3, map()));
        int understood = 0;
        for (int at = 0; at < good.limit() - Integer.BYTES; at++) {
            for (int value : new int[] {0, 1, 2, 0x7F, 0x80, 0xFF}) {
                ByteBuffer odd = copy(good);
                sealed(odd.put(at, (byte) value));
                try {
                    DriveIdentity identity = DriveIdentityCodec.decode(odd, WHERE);
                    assertThat(DriveIdentityCodec.encode(identity)).isEqualTo(odd.rewind());
                    understood++;
                } catch (DamagedException | UnsupportedFormatException e) {
                    assertThat(e).hasMessageContaining(WHERE);
                }
            }
        }
        assertThat(understood).isPositive();
    }
}
