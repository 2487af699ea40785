package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.StoragePolicy;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.CommandLayout;
import io.ashlar.format.GoldenBytes;
import io.ashlar.journal.JournalPosition;
import io.ashlar.policy.Attributes;
import io.ashlar.policy.Domain;
import io.ashlar.policy.Policy;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(
                        new Command.Put(
                                A, ExtentKind.DATA, 0, 5, 3, 2, 0x0102, true, List.of(), ByteBuffer.wrap(new byte[] {
                                    10, 11, 12
                                })),
                        CommandLayout.PUT,
                        GoldenBytes.hex("command-put-inline")),
                Arguments.of(
                        new Command.Put(A, ExtentKind.NODE, 0, 70_000, 70_100, 2, 9, false, List.of(B, B), null),
                        CommandLayout.PUT,
                        GoldenBytes.hex("command-put-node")),
                Arguments.of(new Command.Retain(A, 1), CommandLayout.RETAIN, GoldenBytes.hex("command-retain")),
                Arguments.of(new Command.Release(B, 258), CommandLayout.RELEASE, GoldenBytes.hex("command-release")),
                Arguments.of(new Command.Bind("né", A), CommandLayout.BIND, GoldenBytes.hex("command-bind")),
                Arguments.of(new Command.Unbind("n"), CommandLayout.UNBIND, GoldenBytes.hex("command-unbind")),
                Arguments.of(
                        new Command.Sweep(List.of(new Command.Swept(A, 1, 2, List.of(B)))),
                        CommandLayout.SWEEP,
                        GoldenBytes.hex("command-sweep")),
                Arguments.of(
                        new Command.Move(A, 0, 100, 200, 3, 4, List.of(new Command.Moved(B, 1, 2, 8, 90))),
                        CommandLayout.MOVE,
                        GoldenBytes.hex("command-move")),
                Arguments.of(
                        new Command.Put(
                                A, ExtentKind.DATA, 0x0102, 5, 3, 2, 9, true, List.of(), ByteBuffer.wrap(new byte[] {
                                    10, 11, 12
                                })),
                        CommandLayout.PUT,
                        GoldenBytes.hex("command-put-domain")),
                Arguments.of(
                        new Command.Move(A, 3, 100, 200, 3, 4, List.of(new Command.Moved(B, 1, 2, 8, 90))),
                        CommandLayout.MOVE,
                        GoldenBytes.hex("command-move-domain")),
                Arguments.of(
                        new PolicyCommand(
                                new TreeMap<>(Map.of(
                                        "a/b",
                                        Optional.of(new Policy(StoragePolicy.INHERITED.withCodec("lz4"), 1)),
                                        "gone",
                                        Optional.empty())),
                                new TreeMap<>(Map.of(
                                        0,
                                        new Domain(Attributes.PLAIN, 1),
                                        1,
                                        new Domain(
                                                new Attributes(1, Encryption.RANDOM, Redundancy.of(4, 2), "t"),
                                                Domain.NO_HEIR)))),
                        CommandLayout.POLICIES,
                        GoldenBytes.hex("command-policies")));
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

    static Stream<Arguments> entries() {
        return Stream.of(
                Arguments.of(
                        new ExtentEntry(
                                ExtentKind.DATA,
                                0,
                                1,
                                300,
                                5,
                                89,
                                2,
                                1,
                                0,
                                new Home.InJournal(new JournalPosition(3, 4200))),
                        GoldenBytes.hex("entry-in-journal")),
                Arguments.of(
                        new ExtentEntry(ExtentKind.NODE, 0, 1, 2, 3, 4, 0, 0, 0, Home.OWN_OBJECT),
                        GoldenBytes.hex("entry-object")),
                Arguments.of(
                        new ExtentEntry(ExtentKind.DATA, 0, 1, 2, 3, 4, 1, 1, 0, new Home.InPack(B, 128)),
                        GoldenBytes.hex("entry-in-pack")),
                Arguments.of(
                        new ExtentEntry(ExtentKind.PACK, 0, 1, 2, 3, 4, 7, 0, 2, Home.OWN_OBJECT),
                        GoldenBytes.hex("entry-pack")),
                Arguments.of(
                        new ExtentEntry(ExtentKind.DATA, 300, 1, 2, 3, 4, 1, 1, 0, new Home.InPack(B, 128)),
                        GoldenBytes.hex("entry-domain")));
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

    private static void assertNoCommand(int type, String hex, String what) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> Command.decode(type, bytes))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(what);
    }

    /** What stood in for such bytes made two names one, and longer than a name may be. */
    @Test
    void shouldRefuseNamesThatAreNotUtf8() {
        assertNoCommand(CommandLayout.UNBIND, "0200" + "6ec3", "not UTF-8");
        assertNoCommand(CommandLayout.UNBIND, "0001" + "ff".repeat(256), "not UTF-8");
        assertThatThrownBy(() -> new Key(new byte[] {'N', 'n', -1}).name()).isInstanceOf(DamagedException.class);
    }

    /** No object has a negative life or counter: making its name failed when the record was applied. */
    @Test
    void shouldRefuseCommandsThatTellOfNoObject() {
        String put = GoldenBytes.hex("command-put-node");
        assertNoCommand(CommandLayout.PUT, put.replace("02000000" + "09", "020000ff" + "09"), "life -16777214");
        assertNoCommand(CommandLayout.PUT, put.replace("70110100", "70110180"), "lengths of -");
        assertNoCommand(CommandLayout.PUT, "0208" + put.substring(4), "flags");
        String move = GoldenBytes.hex("command-move");
        assertNoCommand(CommandLayout.MOVE, move.replace("0400000000000000", "0400000000000080"), "counter -");
    }

    @Test
    void shouldRefuseEntriesWithNumbersThatDoNotFit() {
        for (String hex : new String[] {
            "02" + "02" + "8100" + "02" + "03" + "04" + "00" + "00",
            "02" + "02" + "ffffffff0f" + "02" + "03" + "04" + "00" + "00",
            "02" + "02" + "01" + "ffffffffffffffffff01" + "03" + "04" + "00" + "00",
            "02" + "02" + "01" + "ffffffffffffffffff02" + "03" + "04" + "00" + "00"
        }) {
            assertThatThrownBy(() -> ExtentEntry.decode(A, HexFormat.of().parseHex(hex)))
                    .as(hex)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void shouldRefuseKeysThatAreTooShortOrTooLong() {
        byte[] whole = Key.inline(9, B).bytes();
        for (int length = 1; length < whole.length + 2; length++) {
            Key key = new Key(java.util.Arrays.copyOf(whole, length));
            if (length < 9) {
                assertThatThrownBy(key::inlineSegment).isInstanceOf(DamagedException.class);
            }
            if (length != whole.length) {
                assertThatThrownBy(key::inlineId)
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining("run fsck");
            }
        }
        assertThatThrownBy(() -> new Key(new byte[] {'E'}).id()).isInstanceOf(DamagedException.class);
    }
}
