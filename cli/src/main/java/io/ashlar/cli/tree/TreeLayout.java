package io.ashlar.cli.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a tree of files lies in one object: first the contents of all regular files, each beginning an extent of its own, then
 * the manifest, then a trailer of fixed size. Everything is little-endian.
 *
 * <pre>
 *   0                    manifestOffset         length - 48
 *  +--------------------+----------------------+------------+
 *  | contents of files  | manifest: entries    | trailer    |
 *  +--------------------+----------------------+------------+
 *
 *  Entry
 *   0        4     5     6         8        12       16               24               32               40        44
 *  +--------+-----+-----+---------+--------+--------+----------------+----------------+----------------+---------+------+--------+
 *  | entry  |kind | 0   | path    | mode   | mtime  | mtime          | offset of      | length of      | target  | path | target |
 *  | bytes  |     |     | bytes   |        | nanos  | seconds        | the content    | the content    | bytes   |      |        |
 *  +--------+-----+-----+---------+--------+--------+----------------+----------------+----------------+---------+------+--------+
 *
 *  Trailer
 *   0                8        12       16               24               32               40        44        48
 *  +----------------+--------+--------+----------------+----------------+----------------+---------+---------+
 *  | "ASHTREE1"     |version | 0      | entries        | manifest       | manifest       | CRC-32C | CRC-32C |
 *  |                |        |        |                | offset         | bytes          | manifest| trailer |
 *  +----------------+--------+--------+----------------+----------------+----------------+---------+---------+
 * </pre>
 *
 * <p>Entries come depth first, siblings in the unsigned order of the bytes of their names, so that a reader can tell with
 * little memory that no path comes twice and that every parent is a directory. The first entry is the root, whose path is
 * empty. Paths are the bytes of the file system, components parted by {@code /}.
 */
final class TreeLayout {
    /** The letters ASHTREE1, read as a little-endian number. */
    static final long MAGIC = 0x3145_4552_5448_5341L;

    static final int VERSION = 1;

    static final int ENTRY_BYTES_OFFSET = 0;
    static final int KIND_OFFSET = 4;
    static final int PATH_BYTES_OFFSET = 6;
    static final int MODE_OFFSET = 8;
    static final int MTIME_NANOS_OFFSET = 12;
    static final int MTIME_SECONDS_OFFSET = 16;
    static final int CONTENT_OFFSET_OFFSET = 24;
    static final int CONTENT_LENGTH_OFFSET = 32;
    static final int TARGET_BYTES_OFFSET = 40;
    static final int ENTRY_HEADER_BYTES = 44;

    static final int MAX_PATH_BYTES = 0xFFFF;
    static final int MAX_ENTRY_BYTES = ENTRY_HEADER_BYTES + 2 * MAX_PATH_BYTES;

    static final int TRAILER_VERSION_OFFSET = 8;
    static final int TRAILER_ENTRIES_OFFSET = 16;
    static final int TRAILER_MANIFEST_OFFSET = 24;
    static final int TRAILER_MANIFEST_BYTES_OFFSET = 32;
    static final int TRAILER_MANIFEST_CRC_OFFSET = 40;
    static final int TRAILER_CRC_OFFSET = 44;
    static final int TRAILER_BYTES = 48;

    private TreeLayout() {}

    /** What the trailer says. */
    record Trailer(long entries, long manifestOffset, long manifestBytes, int manifestCrc) {}

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes an entry at the position of {@code target}, and advances it. */
    static void writeEntry(ByteBuffer target, TreeEntry entry) {
        int start = target.position();
        int bytes = ENTRY_HEADER_BYTES + entry.path().size() + entry.target().size();
        target.putInt(start + ENTRY_BYTES_OFFSET, bytes);
        target.put(start + KIND_OFFSET, (byte) entry.kind().code());
        target.put(start + KIND_OFFSET + 1, (byte) 0);
        target.putShort(start + PATH_BYTES_OFFSET, (short) entry.path().size());
        target.putInt(start + MODE_OFFSET, entry.mode());
        target.putInt(start + MTIME_NANOS_OFFSET, entry.mtimeNanos());
        target.putLong(start + MTIME_SECONDS_OFFSET, entry.mtimeSeconds());
        target.putLong(start + CONTENT_OFFSET_OFFSET, entry.offset());
        target.putLong(start + CONTENT_LENGTH_OFFSET, entry.length());
        target.putInt(start + TARGET_BYTES_OFFSET, entry.target().size());
        target.position(start + ENTRY_HEADER_BYTES);
        entry.path().writeTo(target);
        entry.target().writeTo(target);
    }

    /**
     * Reads an entry at the position of {@code source}, which holds all of it, and advances it.
     *
     * @throws TreeFormatException if the lengths contradict each other or a field is out of its bounds
     */
    static TreeEntry readEntry(ByteBuffer source) {
        int start = source.position();
        int bytes = checkEntryBytes(source.getInt(start + ENTRY_BYTES_OFFSET));
        int pathBytes = source.getShort(start + PATH_BYTES_OFFSET) & 0xFFFF;
        int targetBytes = source.getInt(start + TARGET_BYTES_OFFSET);
        if (targetBytes < 0
                || targetBytes > MAX_PATH_BYTES
                || bytes != ENTRY_HEADER_BYTES + pathBytes + targetBytes
                || bytes > source.remaining()) {
            throw new TreeFormatException("an entry of the manifest contradicts itself: " + bytes + " bytes, path of "
                    + pathBytes + ", target of " + targetBytes);
        }
        int nanos = source.getInt(start + MTIME_NANOS_OFFSET);
        if (nanos < 0 || nanos > 999_999_999) {
            throw new TreeFormatException("an entry of the manifest has a time of " + nanos + " nanoseconds");
        }
        source.position(start + ENTRY_HEADER_BYTES);
        RawPath path = RawPath.readFrom(source, pathBytes);
        RawPath target = RawPath.readFrom(source, targetBytes);
        return new TreeEntry(
                TreeEntry.Kind.ofCode(source.get(start + KIND_OFFSET)),
                path,
                source.getInt(start + MODE_OFFSET),
                source.getLong(start + MTIME_SECONDS_OFFSET),
                nanos,
                source.getLong(start + CONTENT_OFFSET_OFFSET),
                source.getLong(start + CONTENT_LENGTH_OFFSET),
                target);
    }

    /** Checks the first field of an entry, so that a reader knows how much to read. */
    static int checkEntryBytes(int bytes) {
        if (bytes < ENTRY_HEADER_BYTES || bytes > MAX_ENTRY_BYTES) {
            throw new TreeFormatException("an entry of the manifest claims " + bytes + " bytes");
        }
        return bytes;
    }

    static ByteBuffer trailer(Trailer trailer) {
        ByteBuffer bytes = allocate(TRAILER_BYTES);
        bytes.putLong(0, MAGIC);
        bytes.putInt(TRAILER_VERSION_OFFSET, VERSION);
        bytes.putLong(TRAILER_ENTRIES_OFFSET, trailer.entries());
        bytes.putLong(TRAILER_MANIFEST_OFFSET, trailer.manifestOffset());
        bytes.putLong(TRAILER_MANIFEST_BYTES_OFFSET, trailer.manifestBytes());
        bytes.putInt(TRAILER_MANIFEST_CRC_OFFSET, trailer.manifestCrc());
        bytes.putInt(TRAILER_CRC_OFFSET, crc(bytes.slice(0, TRAILER_CRC_OFFSET)));
        return bytes;
    }

    /**
     * Reads the trailer of an object.
     *
     * @param bytes the last 48 bytes of the object
     * @param objectBytes how long the object is
     * @throws TreeFormatException if the object is no tree, or of a newer version
     */
    static Trailer readTrailer(ByteBuffer bytes, long objectBytes) {
        if (bytes.remaining() != TRAILER_BYTES || bytes.getLong(0) != MAGIC) {
            throw new TreeFormatException("it is no tree of files: only what 'ashlar import' stored is");
        }
        if (bytes.getInt(TRAILER_CRC_OFFSET) != crc(bytes.slice(0, TRAILER_CRC_OFFSET))) {
            throw new TreeFormatException("the trailer of the tree does not match its checksum");
        }
        int version = bytes.getInt(TRAILER_VERSION_OFFSET);
        if (version != VERSION) {
            throw new TreeFormatException(
                    "the tree has the format version " + version + "; this program reads " + VERSION);
        }
        Trailer trailer = new Trailer(
                bytes.getLong(TRAILER_ENTRIES_OFFSET),
                bytes.getLong(TRAILER_MANIFEST_OFFSET),
                bytes.getLong(TRAILER_MANIFEST_BYTES_OFFSET),
                bytes.getInt(TRAILER_MANIFEST_CRC_OFFSET));
        if (trailer.entries < 1
                || trailer.manifestOffset < 0
                || trailer.manifestBytes < ENTRY_HEADER_BYTES
                || trailer.manifestOffset > objectBytes - TRAILER_BYTES
                || trailer.manifestBytes != objectBytes - TRAILER_BYTES - trailer.manifestOffset
                || trailer.entries > trailer.manifestBytes / ENTRY_HEADER_BYTES) {
            throw new TreeFormatException("the trailer of the tree contradicts the length of its object: " + trailer);
        }
        return trailer;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
