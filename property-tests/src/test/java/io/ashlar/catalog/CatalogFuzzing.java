package io.ashlar.catalog;

import static io.ashlar.fuzz.Seeds.golden;
import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static io.ashlar.fuzz.Seeds.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CatalogLayout;
import io.ashlar.format.CommandLayout;
import io.ashlar.fuzz.FuzzTarget;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Commands, entries, keys and values of the catalog. */
public final class CatalogFuzzing {
    private static final ExtentId ID = ExtentId.parse("x00112233445566778899aabbccddeeff.7");

    private CatalogFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        return List.of(
                new FuzzTarget(
                        "command",
                        List.of(
                                tagged(CommandLayout.PUT, golden("command-put-inline")),
                                tagged(CommandLayout.PUT, golden("command-put-node")),
                                tagged(CommandLayout.RETAIN, golden("command-retain")),
                                tagged(CommandLayout.RELEASE, golden("command-release")),
                                tagged(CommandLayout.BIND, golden("command-bind")),
                                tagged(CommandLayout.UNBIND, golden("command-unbind")),
                                tagged(CommandLayout.SWEEP, golden("command-sweep")),
                                tagged(CommandLayout.MOVE, golden("command-move")),
                                tagged(CommandLayout.PUT, golden("command-put-domain")),
                                tagged(CommandLayout.MOVE, golden("command-move-domain")),
                                tagged(CommandLayout.POLICIES, golden("command-policies"))),
                        CatalogFuzzing::command),
                new FuzzTarget(
                        "entry",
                        List.of(
                                golden("entry-in-journal"),
                                golden("entry-object"),
                                golden("entry-in-pack"),
                                golden("entry-pack"),
                                golden("entry-domain")),
                        CatalogFuzzing::entry),
                new FuzzTarget(
                        "key",
                        List.of(
                                Key.extent(ID).bytes(),
                                Key.zero(ID).bytes(),
                                Key.cleanable(ID).bytes(),
                                Key.inline(7, ID).bytes(),
                                Key.name("né").bytes(),
                                Key.policy("a/b").bytes(),
                                Key.domain(258).bytes()),
                        CatalogFuzzing::key),
                new FuzzTarget("varint", List.of(text("\u0001"), new byte[] {-1, -1, 3}), CatalogFuzzing::varint));
    }

    private static boolean command(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        try {
            Command command = Command.decode(input[0], ByteBuffer.wrap(input, 1, input.length - 1));
            assertThat(command.type()).isEqualTo(input[0]);
            assertThat(rest(command.encode())).isEqualTo(Arrays.copyOfRange(input, 1, input.length));
            for (ObjectName name : names(command)) {
                assertThat(ObjectName.parse(name.toString())).contains(name);
            }
            return true;
        } catch (DamagedException e) {
            assertThat(e).hasMessageContaining("makes no sense");
            return false;
        }
    }

    /** The objects that a command tells of: what applies it makes their names. */
    private static List<ObjectName> names(Command command) {
        if (command instanceof Command.Put put) {
            return List.of(new ObjectName(put.kind(), put.id(), put.life(), put.counter()));
        } else if (command instanceof Command.Move move) {
            return List.of(new ObjectName(ExtentKind.PACK, move.pack(), move.life(), move.counter()));
        }
        return List.of();
    }

    private static boolean entry(byte[] input) {
        try {
            ExtentEntry entry = ExtentEntry.decode(ID, input);
            assertThat(entry.encode()).isEqualTo(input);
            assertThat(ObjectName.parse(entry.objectName(ID))).isPresent();
            return true;
        } catch (DamagedException e) {
            assertThat(e).hasMessageContaining("makes no sense");
            return false;
        }
    }

    private static boolean key(byte[] input) {
        if (input.length == 0) {
            return false; // tables refuse it
        }
        Key key = new Key(input);
        try {
            Key again = switch (input[0]) {
                case CatalogLayout.EXTENT -> Key.extent(key.id());
                case CatalogLayout.ZERO -> Key.zero(key.id());
                case CatalogLayout.CLEANABLE -> Key.cleanable(key.id());
                case CatalogLayout.INLINE -> Key.inline(key.inlineSegment(), key.inlineId());
                case CatalogLayout.NAME -> Key.name(key.name());
                default -> null;
            };
            assertThat(again == null || again.equals(key)).isTrue();
            return again != null;
        } catch (DamagedException e) {
            assertThat(e).hasMessageContaining("run fsck");
            return false;
        }
    }

    private static boolean varint(byte[] input) {
        ByteBuffer source = ByteBuffer.wrap(input);
        try {
            long value = Varint.get(source);
            ByteBuffer again = ByteBuffer.allocate(10);
            Varint.put(again, value);
            assertThat(rest(again.flip())).isEqualTo(Arrays.copyOf(input, source.position()));
            return true;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return false;
        }
    }
}
