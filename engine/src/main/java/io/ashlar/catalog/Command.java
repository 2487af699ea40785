package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CommandLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the catalog: what a journal record says. The only way in which durable state changes. {@link CommandLayout}
 * shows the bytes.
 */
public sealed interface Command
        permits Command.Put,
                Command.Retain,
                Command.Release,
                Command.Bind,
                Command.Unbind,
                Command.Sweep,
                Command.Move,
                Command.Place,
                PolicyCommand {

    /**
     * The record type.
     *
     * @return one of the numbers of {@link CommandLayout}
     */
    int type();

    /**
     * Gives the payload of the record.
     *
     * @return a new buffer, ready to be read
     */
    ByteBuffer encode();

    /**
     * An extent was stored, or stored again because what was there is damaged.
     *
     * @param id its id
     * @param kind its kind
     * @param domain the number of its domain
     * @param plainBytes its logical length
     * @param storedBytes the length of its image
     * @param life with counter: its physical name
     * @param counter with life: its physical name
     * @param explicit whether this takes a reference
     * @param links what it refers to
     * @param image its image, if it travels in the journal
     */
    record Put(
            ExtentId id,
            ExtentKind kind,
            int domain,
            int plainBytes,
            int storedBytes,
            int life,
            long counter,
            boolean explicit,
            List<ExtentId> links,
            @Nullable ByteBuffer image)
            implements Command {

        @Override
        public int type() {
            return CommandLayout.PUT;
        }

        /** How far into the payload the image begins. */
        int imageOffset() {
            return CommandLayout.PUT_FIXED_BYTES
                    + (domain == 0 ? 0 : Short.BYTES)
                    + id.encodedBytes()
                    + Ids.bytes(links);
        }

        @Override
        public ByteBuffer encode() {
            int flags = (explicit ? CommandLayout.PUT_EXPLICIT : 0)
                    | (image != null ? CommandLayout.PUT_INLINE : 0)
                    | (domain != 0 ? CommandLayout.PUT_DOMAIN : 0);
            ByteBuffer target = buffer(imageOffset() + (image == null ? 0 : image.remaining()));
            target.put((byte) kind.code()).put((byte) flags).putShort((short) links.size());
            target.putInt(plainBytes).putInt(storedBytes).putInt(life).putLong(counter);
            if (domain != 0) {
                target.putShort((short) domain);
            }
            id.writeTo(target);
            Ids.write(target, links);
            if (image != null) {
                target.put(image.duplicate());
            }
            return target.flip();
        }
    }

    /**
     * References were taken.
     *
     * @param id to what
     * @param number how many
     */
    record Retain(ExtentId id, int number) implements Command {
        @Override
        public int type() {
            return CommandLayout.RETAIN;
        }

        @Override
        public ByteBuffer encode() {
            ByteBuffer target = buffer(4 + id.encodedBytes()).putInt(number);
            id.writeTo(target);
            return target.flip();
        }
    }

    /**
     * References were given back.
     *
     * @param id to what
     * @param number how many
     */
    record Release(ExtentId id, int number) implements Command {
        @Override
        public int type() {
            return CommandLayout.RELEASE;
        }

        @Override
        public ByteBuffer encode() {
            ByteBuffer target = buffer(4 + id.encodedBytes()).putInt(number);
            id.writeTo(target);
            return target.flip();
        }
    }

    /**
     * A name refers to an extent.
     *
     * @param name the name
     * @param id what it refers to
     */
    record Bind(String name, ExtentId id) implements Command {
        @Override
        public int type() {
            return CommandLayout.BIND;
        }

        @Override
        public ByteBuffer encode() {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            ByteBuffer target = buffer(2 + text.length + id.encodedBytes());
            target.putShort((short) text.length).put(text);
            id.writeTo(target);
            return target.flip();
        }
    }

    /**
     * A name is gone.
     *
     * @param name the name
     */
    record Unbind(String name) implements Command {
        @Override
        public int type() {
            return CommandLayout.UNBIND;
        }

        @Override
        public ByteBuffer encode() {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            return buffer(2 + text.length)
                    .putShort((short) text.length)
                    .put(text)
                    .flip();
        }
    }

    /**
     * Extents died that nothing referred to.
     *
     * @param extents which ones, and what they referred to
     */
    record Sweep(List<Swept> extents) implements Command {
        @Override
        public int type() {
            return CommandLayout.SWEEP;
        }

        @Override
        public ByteBuffer encode() {
            int bytes = 2;
            for (Swept extent : extents) {
                bytes += CommandLayout.SWEEP_EXTENT_FIXED_BYTES + extent.id.encodedBytes() + Ids.bytes(extent.links);
            }
            ByteBuffer target = buffer(bytes).putShort((short) extents.size());
            for (Swept extent : extents) {
                target.putInt(extent.life).putLong(extent.counter).putShort((short) extent.links.size());
                extent.id.writeTo(target);
                Ids.write(target, extent.links);
            }
            return target.flip();
        }
    }

    /**
     * An extent of a {@link Sweep}.
     *
     * @param id its id
     * @param life with counter: which copy of it
     * @param counter with life: which copy of it
     * @param links what it referred to
     */
    record Swept(ExtentId id, int life, long counter, List<ExtentId> links) {}

    /**
     * Small extents went into a pack; those that died meanwhile did not.
     *
     * @param pack the pack's id
     * @param domain the number of the domain that the pack and its members are in
     * @param plainBytes its logical length
     * @param storedBytes the length of its image
     * @param life with counter: its physical name
     * @param counter with life: its physical name
     * @param members what is in it
     */
    record Move(ExtentId pack, int domain, int plainBytes, int storedBytes, int life, long counter, List<Moved> members)
            implements Command {
        @Override
        public int type() {
            return CommandLayout.MOVE;
        }

        @Override
        public ByteBuffer encode() {
            int bytes = CommandLayout.MOVE_FIXED_BYTES + pack.encodedBytes();
            for (Moved member : members) {
                bytes += CommandLayout.MOVE_MEMBER_FIXED_BYTES + member.id.encodedBytes();
            }
            ByteBuffer target = buffer(bytes);
            target.putShort((short) members.size()).putShort((short) domain);
            target.putInt(plainBytes).putInt(storedBytes);
            target.putInt(life).putLong(counter);
            pack.writeTo(target);
            for (Moved member : members) {
                target.putInt(member.offset).putInt(member.length);
                target.putInt(member.life).putLong(member.counter);
                member.id.writeTo(target);
            }
            return target.flip();
        }
    }

    /**
     * A member of a {@link Move}.
     *
     * @param id its id
     * @param life with counter: which copy of it
     * @param counter with life: which copy of it
     * @param offset where its image begins in the pack's plain bytes
     * @param length how long its image is
     */
    record Moved(ExtentId id, int life, long counter, int offset, int length) {}

    /**
     * The shards of an object are elsewhere than its name tells.
     *
     * @param object the object
     * @param placement where they are; null if they are where the name tells, or the object is gone
     */
    record Place(ObjectName object, @Nullable Placement placement) implements Command {
        @Override
        public int type() {
            return CommandLayout.PLACE;
        }

        @Override
        public ByteBuffer encode() {
            int shards = placement == null ? 0 : placement.shards();
            ByteBuffer target =
                    buffer(CommandLayout.PLACE_FIXED_BYTES + object.id().encodedBytes() + shards * Integer.BYTES);
            target.put((byte) object.kind().code()).put((byte) shards);
            target.putInt(object.life()).putLong(object.counter());
            object.id().writeTo(target);
            for (int shard = 0; placement != null && shard < shards; shard++) {
                target.putInt(placement.drive(shard));
            }
            return target.flip();
        }
    }

    /**
     * Reads a command.
     *
     * @param type the record's type
     * @param payload the record's payload; the image of a put stays a view of it
     * @return the command
     * @throws DamagedException if the payload makes no sense, although its checksum holds
     */
    static Command decode(int type, ByteBuffer payload) {
        ByteBuffer source = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            Command command = switch (type) {
                case CommandLayout.PUT -> decodePut(source);
                case CommandLayout.RETAIN -> {
                    int number = source.getInt();
                    yield new Retain(ExtentId.readFrom(source), number);
                }
                case CommandLayout.RELEASE -> {
                    int number = source.getInt();
                    yield new Release(ExtentId.readFrom(source), number);
                }
                case CommandLayout.BIND -> new Bind(text(source), ExtentId.readFrom(source));
                case CommandLayout.UNBIND -> new Unbind(text(source));
                case CommandLayout.SWEEP -> decodeSweep(source);
                case CommandLayout.MOVE -> decodeMove(source);
                case CommandLayout.PLACE -> decodePlace(source);
                case CommandLayout.POLICIES -> PolicyCommand.decode(source);
                default -> throw new IllegalArgumentException("unknown record type");
            };
            if (source.hasRemaining()) {
                throw new IllegalArgumentException(source.remaining() + " bytes too many");
            }
            return command;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(
                    "a journal record of type " + type + " and " + payload.remaining()
                            + " bytes makes no sense although its checksum holds: " + e.getMessage(),
                    e);
        }
    }

    private static Command decodePut(ByteBuffer source) {
        ExtentKind kind = ExtentKind.ofCode(source.get() & 0xFF);
        int flags = source.get();
        if ((flags & ~(CommandLayout.PUT_EXPLICIT | CommandLayout.PUT_INLINE | CommandLayout.PUT_DOMAIN)) != 0) {
            throw new IllegalArgumentException("unknown flags " + flags);
        }
        int links = source.getShort() & 0xFFFF;
        int plainBytes = source.getInt();
        int storedBytes = source.getInt();
        int life = source.getInt();
        long counter = source.getLong();
        checkNumbers(plainBytes, storedBytes, life, counter);
        int domain = (flags & CommandLayout.PUT_DOMAIN) == 0 ? 0 : source.getShort() & 0xFFFF;
        ExtentId id = ExtentId.readFrom(source);
        List<ExtentId> linked = Ids.read(source, links);
        ByteBuffer image = null;
        if ((flags & CommandLayout.PUT_INLINE) != 0) {
            if (source.remaining() != storedBytes) {
                throw new IllegalArgumentException("the image is not as long as it says");
            }
            image = source.slice();
            source.position(source.limit());
        }
        boolean explicit = (flags & CommandLayout.PUT_EXPLICIT) != 0;
        return new Put(id, kind, domain, plainBytes, storedBytes, life, counter, explicit, linked, image);
    }

    /** Of what was stored: lengths and the parts of a physical name. */
    private static void checkNumbers(int plainBytes, int storedBytes, int life, long counter) {
        if (plainBytes < 0 || storedBytes < 0 || life < 0 || counter < 0) {
            throw new IllegalArgumentException("lengths of " + plainBytes + " and " + storedBytes
                    + " in an object of life " + life + " and counter " + counter);
        }
    }

    private static Command decodeSweep(ByteBuffer source) {
        int count = source.getShort() & 0xFFFF;
        List<Swept> extents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int life = source.getInt();
            long counter = source.getLong();
            int links = source.getShort() & 0xFFFF;
            ExtentId id = ExtentId.readFrom(source);
            extents.add(new Swept(id, life, counter, Ids.read(source, links)));
        }
        return new Sweep(extents);
    }

    private static Command decodeMove(ByteBuffer source) {
        int count = source.getShort() & 0xFFFF;
        int domain = source.getShort() & 0xFFFF;
        int plainBytes = source.getInt();
        int storedBytes = source.getInt();
        int life = source.getInt();
        long counter = source.getLong();
        checkNumbers(plainBytes, storedBytes, life, counter);
        ExtentId pack = ExtentId.readFrom(source);
        if (count > CommandLayout.MAX_MEMBERS) {
            throw new IllegalArgumentException(count + " members");
        }
        List<Moved> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int offset = source.getInt();
            int length = source.getInt();
            int memberLife = source.getInt();
            long memberCounter = source.getLong();
            members.add(new Moved(ExtentId.readFrom(source), memberLife, memberCounter, offset, length));
        }
        return new Move(pack, domain, plainBytes, storedBytes, life, counter, members);
    }

    private static Place decodePlace(ByteBuffer source) {
        ExtentKind kind = ExtentKind.ofCode(source.get() & 0xFF);
        int shards = source.get() & 0xFF;
        int life = source.getInt();
        long counter = source.getLong();
        ObjectName object = new ObjectName(kind, ExtentId.readFrom(source), life, counter);
        if (shards > CommandLayout.MAX_SHARDS) {
            throw new IllegalArgumentException(shards + " shards");
        }
        int[] drives = new int[shards];
        for (int i = 0; i < shards; i++) {
            drives[i] = source.getInt();
        }
        return new Place(object, shards == 0 ? null : Placement.of(drives));
    }

    private static String text(ByteBuffer source) {
        int length = source.getShort() & 0xFFFF;
        if (length > CommandLayout.MAX_NAME_BYTES || length > source.remaining()) {
            throw new IllegalArgumentException("a name of " + length + " bytes");
        }
        ByteBuffer text = source.slice(source.position(), length);
        source.position(source.position() + length);
        return Names.text(text);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Lists of ids. */
    final class Ids {
        private Ids() {}

        static int bytes(List<ExtentId> ids) {
            int bytes = 0;
            for (ExtentId id : ids) {
                bytes += id.encodedBytes();
            }
            return bytes;
        }

        static void write(ByteBuffer target, List<ExtentId> ids) {
            for (ExtentId id : ids) {
                id.writeTo(target);
            }
        }

        static List<ExtentId> read(ByteBuffer source, int count) {
            if (count > CommandLayout.MAX_LINKS) {
                throw new IllegalArgumentException(count + " links");
            }
            List<ExtentId> ids = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ids.add(ExtentId.readFrom(source));
            }
            return ids;
        }
    }
}
