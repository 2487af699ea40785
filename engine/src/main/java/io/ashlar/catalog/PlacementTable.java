package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CommandLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The catalog's values for objects whose shards are elsewhere than their names tell. */
final class PlacementTable {
    private static final int VARINT_BYTES_MAX = 5;

    private PlacementTable() {}

    /**
     * What the catalog keeps of an object.
     *
     * @param object its name
     * @param placement where its shards are
     */
    record Entry(ObjectName object, Placement placement) {}

    static byte[] encode(ObjectName object, Placement placement) {
        ByteBuffer target = ByteBuffer.allocate(1 + object.id().encodedBytes() + placement.shards() * VARINT_BYTES_MAX);
        target.put((byte) object.kind().code());
        object.id().writeTo(target);
        for (int shard = 0; shard < placement.shards(); shard++) {
            Varint.put(target, placement.drive(shard));
        }
        byte[] encoded = new byte[target.position()];
        target.flip().get(encoded);
        return encoded;
    }

    static Entry decode(int life, long counter, byte[] value) {
        try {
            ByteBuffer source = ByteBuffer.wrap(value);
            ExtentKind kind = ExtentKind.ofCode(source.get() & 0xFF);
            ObjectName object = new ObjectName(kind, ExtentId.readFrom(source), life, counter);
            int[] drives = new int[CommandLayout.MAX_SHARDS];
            int shards = 0;
            while (source.hasRemaining()) {
                long drive = Varint.get(source);
                if (shards == drives.length || drive < 0 || drive > Integer.MAX_VALUE) {
                    throw new IllegalArgumentException("shard " + shards + " on drive " + drive);
                }
                drives[shards++] = (int) drive;
            }
            return new Entry(object, Placement.of(java.util.Arrays.copyOf(drives, shards)));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(
                    "the catalog's placement of the object of life " + life + " and counter " + counter
                            + " makes no sense (" + e.getMessage() + "); run fsck",
                    e);
        }
    }
}
