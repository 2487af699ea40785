package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.CommandLayout;
import io.ashlar.journal.JournalPosition;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of commands and of catalog entries, and that nothing else is taken for one. */
class CommandTest {
    private static final ExtentId A =
            ExtentId.of(ExtentId.Hash.XXH3_128, HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"), 0);
    private static final ExtentId B =
            ExtentId.of(ExtentId.Hash.XXH3_128, HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), 7);
    private static final String A_HEX = "01000102030405060708090a0b0c0d0e0f00";
    private static final String B_HEX = "01f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff07";

    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(
                        new Command.Put(
                                A, ExtentKind.DATA, 5, 3, 2, 0x0102, true, List.of(), ByteBuffer.wrap(new byte[] {
                                    10, 11, 12
                                })),
                        CommandLayout.PUT,
                        "01" + "03" + "0000" + "05000000" + "03000000" + "02000000" + "0201000000000000" + A_HEX
                                + "0a0b0c"),
                Arguments.of(
                        new Command.Put(A, ExtentKind.NODE, 70_000, 70_100, 2, 9, false, List.of(B, B), null),
                        CommandLayout.PUT,
                        "02" + "00" + "0200" + "70110100" + "d4110100" + "02000000" + "0900000000000000" + A_HEX + B_HEX
                                + B_HEX),
                Arguments.of(new Command.Retain(A, 1), CommandLayout.RETAIN, "01000000" + A_HEX),
                Arguments.of(new Command.Release(B, 258), CommandLayout.RELEASE, "02010000" + B_HEX),
                Arguments.of(new Command.Bind("né", A), CommandLayout.BIND, "0300" + "6ec3a9" + A_HEX),
                Arguments.of(new Command.Unbind("n"), CommandLayout.UNBIND, "0100" + "6e"),
                Arguments.of(
                        new Command.Sweep(List.of(new Command.Swept(A, 1, 2, List.of(B)))),
                        CommandLayout.SWEEP,
                        "0100" + "01000000" + "0200000000000000" + "0100" + A_HEX + B_HEX),
                Arguments.of(
                        new Command.Move(A, 100, 200, 3, 4, List.of(new Command.Moved(B, 1, 2, 8, 90))),
                        CommandLayout.MOVE,
                        "01000000" + "64000000" + "c8000000" + "03000000" + "0400000000000000" + A_HEX + "08000000"
                                + "5a000000" + "01000000" + "0200000000000000" + B_HEX));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void shouldEncodeToGoldenBytesAndBack(Command command, int type, String hex) {
        assertThat(command.type()).isEqualTo(type);
        ByteBuffer encoded = command.encode();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
        Command back = Command.decode(type, ByteBuffer.wrap(bytes));
        assertThat(back).isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void shouldRefuseEveryOtherLength(Command command, int type, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> Command.decode(type, cut))
                    .as("%s cut to %s", command, length)
                    .isInstanceOf(DamagedException.class);
        }
        ByteBuffer longer = ByteBuffer.wrap(HexFormat.of().parseHex(hex + "00"));
        assertThatThrownBy(() -> Command.decode(type, longer)).isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldSurviveAnyBytes() {
        SplittableRandom random = new SplittableRandom(7);
        List<Arguments> samples = golden().toList();
        for (int i = 0; i < 200_000; i++) {
            Object[] sample = samples.get(random.nextInt(samples.size())).get();
            byte[] bytes = HexFormat.of().parseHex((String) sample[2]);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Command.decode((int) sample[1], ByteBuffer.wrap(bytes));
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("makes no sense");
            }
        }
    }

    static Stream<Arguments> entries() {
        return Stream.of(
                Arguments.of(
                        new ExtentEntry(
                                ExtentKind.DATA,
                                1,
                                300,
                                5,
                                89,
                                2,
                                1,
                                0,
                                new Home.InJournal(new JournalPosition(3, 4200))),
                        "01" + "01" + "01" + "ac02" + "05" + "59" + "02" + "01" + "03" + "e820"),
                Arguments.of(
                        new ExtentEntry(ExtentKind.NODE, 1, 2, 3, 4, 0, 0, 0, Home.OWN_OBJECT),
                        "02" + "02" + "01" + "02" + "03" + "04" + "00" + "00"),
                Arguments.of(
                        new ExtentEntry(ExtentKind.DATA, 1, 2, 3, 4, 1, 1, 0, new Home.InPack(B, 128)),
                        "01" + "03" + "01" + "02" + "03" + "04" + "01" + "01" + "8001" + B_HEX),
                Arguments.of(
                        new ExtentEntry(ExtentKind.PACK, 1, 2, 3, 4, 7, 0, 2, Home.OWN_OBJECT),
                        "03" + "02" + "01" + "02" + "03" + "04" + "07" + "00" + "02"));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void shouldKeepEntriesInGoldenBytes(ExtentEntry entry, String hex) {
        assertThat(HexFormat.of().formatHex(entry.encode())).isEqualTo(hex);
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(ExtentEntry.decode(A, bytes)).isEqualTo(entry);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ExtentEntry.decode(A, cut)).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void shouldOrderKeysByFamilySegmentAndId() {
        assertThat(Key.inline(1, B)).isLessThan(Key.inline(2, A));
        assertThat(Key.inline(255, B)).isLessThan(Key.inline(256, A));
        assertThat(Key.extent(A)).isLessThan(Key.extent(B)).isLessThan(Key.name(""));
        assertThat(Key.inline(9, B).inlineSegment()).isEqualTo(9);
        assertThat(Key.inline(9, B).inlineId()).isEqualTo(B);
        assertThat(Key.zero(B).id()).isEqualTo(B);
        assertThat(Key.name("né").name()).isEqualTo("né");
        assertThat(Key.extent(A)).isLessThan(Key.extent(A).next());
    }
}
