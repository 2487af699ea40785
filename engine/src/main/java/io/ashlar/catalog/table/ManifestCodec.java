package io.ashlar.catalog.table;

import io.ashlar.format.ManifestLayout;
import io.ashlar.format.TableLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns manifests into one stream of bytes and back: see {@link ManifestLayout}. */
final class ManifestCodec {
    private static final int FIXED_BYTES = 7 * Long.BYTES + 2 * Integer.BYTES;
    private static final int COUNTER_BYTES = Integer.BYTES + Long.BYTES;
    private static final int PART_FIXED_BYTES = 5 * Integer.BYTES + 2 * Short.BYTES;

    private ManifestCodec() {}

    static ByteBuffer encode(Manifest manifest) {
        ByteBuffer stream = ByteBuffer.allocate(encodedBytes(manifest)).order(ByteOrder.LITTLE_ENDIAN);
        stream.putLong(manifest.life());
        stream.putLong(manifest.replaySegment());
        stream.putLong(manifest.replayOffset());
        stream.putLong(manifest.replaySequence());
        stream.putLong(manifest.oldestSegment());
        stream.putLong(manifest.nextObject());
        stream.putLong(manifest.createdMillis());
        stream.putInt(manifest.counters().size());
        for (Map.Entry<Integer, Long> counter : manifest.counters().entrySet()) {
            stream.putInt(counter.getKey());
            stream.putLong(counter.getValue());
        }
        List<TableDescriptor> tables = manifest.tables().tables();
        stream.putInt(tables.size());
        for (TableDescriptor table : tables) {
            stream.putInt(table.parts().size());
            for (TablePart part : table.parts()) {
                encode(part, stream);
            }
        }
        assert !stream.hasRemaining() : stream.remaining();
        return stream.flip();
    }

    private static int encodedBytes(Manifest manifest) {
        long bytes = FIXED_BYTES + (long) COUNTER_BYTES * manifest.counters().size();
        for (TableDescriptor table : manifest.tables().tables()) {
            bytes += Integer.BYTES;
            for (TablePart part : table.parts()) {
                bytes += part.object().encodedBytes()
                        + PART_FIXED_BYTES
                        + part.firstKeyUncopied().length
                        + part.lastKeyUncopied().length;
            }
        }
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("a manifest of " + bytes + " bytes is too large");
        }
        return (int) bytes;
    }

    private static void encode(TablePart part, ByteBuffer stream) {
        part.object().writeTo(stream);
        stream.putInt(part.entryPages());
        stream.putInt(part.indexPages());
        stream.putInt(part.filterBlocks());
        stream.putInt(part.entries());
        stream.putInt(part.tombstones());
        stream.putShort((short) part.firstKeyUncopied().length);
        stream.put(part.firstKeyUncopied());
        stream.putShort((short) part.lastKeyUncopied().length);
        stream.put(part.lastKeyUncopied());
    }

    /**
     * Reads a stream.
     *
     * @param stream little-endian, from position to limit
     * @return the manifest
     * @throws IllegalArgumentException if there is none; the message says what is wrong
     */
    static Manifest decode(ByteBuffer stream) {
        try {
            long life = stream.getLong();
            long replaySegment = stream.getLong();
            long replayOffset = stream.getLong();
            long replaySequence = stream.getLong();
            long oldestSegment = stream.getLong();
            long nextObject = stream.getLong();
            long createdMillis = stream.getLong();
            SortedMap<Integer, Long> counters = decodeCounters(stream);
            TableStack tables = decodeTables(stream);
            if (stream.hasRemaining()) {
                throw new IllegalArgumentException(stream.remaining() + " bytes too many");
            }
            return new Manifest(
                    life,
                    replaySegment,
                    replayOffset,
                    replaySequence,
                    oldestSegment,
                    nextObject,
                    createdMillis,
                    counters,
                    tables);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the manifest is cut", e);
        }
    }

    private static SortedMap<Integer, Long> decodeCounters(ByteBuffer stream) {
        int count = count(stream, "counters", ManifestLayout.MAX_COUNTERS);
        SortedMap<Integer, Long> counters = new TreeMap<>();
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int tag = stream.getInt();
            if (tag <= previous) {
                throw new IllegalArgumentException("counter " + tag + " follows counter " + previous);
            }
            counters.put(tag, stream.getLong());
            previous = tag;
        }
        return counters;
    }

    private static TableStack decodeTables(ByteBuffer stream) {
        int count = count(stream, "tables", ManifestLayout.MAX_TABLES);
        List<TableDescriptor> tables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // What is left bounds what a wrong count can make us do.
            int parts = count(stream, "table extents", stream.remaining() / PART_FIXED_BYTES);
            List<TablePart> decoded = new ArrayList<>();
            for (int j = 0; j < parts; j++) {
                decoded.add(decodePart(stream));
            }
            tables.add(new TableDescriptor(decoded));
        }
        return new TableStack(tables);
    }

    private static TablePart decodePart(ByteBuffer stream) {
        return new TablePart(
                StoredObject.readFrom(stream),
                stream.getInt(),
                stream.getInt(),
                stream.getInt(),
                stream.getInt(),
                stream.getInt(),
                decodeKey(stream),
                decodeKey(stream));
    }

    private static byte[] decodeKey(ByteBuffer stream) {
        int length = Short.toUnsignedInt(stream.getShort());
        TableLayout.checkKeyBytes(length);
        byte[] key = new byte[length];
        stream.get(key);
        return key;
    }

    private static int count(ByteBuffer stream, String what, int max) {
        int count = stream.getInt();
        if (count < 0 || count > max) {
            throw new IllegalArgumentException(Integer.toUnsignedString(count) + " " + what);
        }
        return count;
    }
}
