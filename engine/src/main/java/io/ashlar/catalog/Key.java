package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.CatalogLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;

/** A key of the catalog, ordered by its bytes, unsigned. See {@link CatalogLayout} for the families of keys. */
final class Key implements Comparable<Key> {
    private final byte[] bytes;

    Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The key itself, not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    static Key extent(ExtentId id) {
        return ofId(CatalogLayout.EXTENT, id);
    }

    static Key zero(ExtentId id) {
        return ofId(CatalogLayout.ZERO, id);
    }

    static Key cleanable(ExtentId id) {
        return ofId(CatalogLayout.CLEANABLE, id);
    }

    static Key inline(long segment, ExtentId id) {
        ByteBuffer key = ByteBuffer.allocate(1 + Long.BYTES + id.encodedBytes());
        key.put(CatalogLayout.INLINE).putLong(segment);
        id.writeTo(key);
        return new Key(key.array());
    }

    static Key name(String name) {
        return named(CatalogLayout.NAME, name);
    }

    private static Key named(byte family, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[1 + text.length];
        key[0] = family;
        System.arraycopy(text, 0, key, 1, text.length);
        return new Key(key);
    }

    static Key placement(int life, long counter) {
        return new Key(ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES)
                .put(CatalogLayout.PLACEMENT)
                .putInt(life)
                .putLong(counter)
                .array());
    }

    static Key domain(int number) {
        return new Key(ByteBuffer.allocate(1 + Short.BYTES)
                .put(CatalogLayout.DOMAIN)
                .putShort((short) number)
                .array());
    }

    static Key policy(String name) {
        return named(CatalogLayout.POLICY, name);
    }

    /** The first key of a family, or of the family after it: the bounds of a scan. */
    static Key family(int first) {
        return new Key(new byte[] {(byte) first});
    }

    private static Key ofId(byte family, ExtentId id) {
        ByteBuffer key = ByteBuffer.allocate(1 + id.encodedBytes());
        key.put(family);
        id.writeTo(key);
        return new Key(key.array());
    }

    /** The least key greater than this one. */
    Key next() {
        return new Key(Arrays.copyOf(bytes, bytes.length + 1));
    }

    boolean isOf(byte family) {
        return bytes[0] == family;
    }

    /**
     * The id of an extent, zero or cleanable key.
     *
     * @throws DamagedException if there is none, as in the keys below
     */
    ExtentId id() {
        return decoded(1, Names::wholeId);
    }

    long inlineSegment() {
        return decoded(1, ByteBuffer::getLong);
    }

    ExtentId inlineId() {
        return decoded(1 + Long.BYTES, Names::wholeId);
    }

    String name() {
        return decoded(1, Names::text);
    }

    int domainNumber() {
        return decoded(1, bytes -> bytes.getShort() & 0xFFFF);
    }

    int placementLife() {
        return decoded(1, ByteBuffer::getInt);
    }

    long placementCounter() {
        return decoded(1 + Integer.BYTES, ByteBuffer::getLong);
    }

    /** Keys come from tables, whose checksums tell only that they are what was written. */
    private <T> T decoded(int from, Function<ByteBuffer, T> decoder) {
        try {
            if (bytes.length < from) {
                throw new IllegalArgumentException("it ends early");
            }
            return decoder.apply(ByteBuffer.wrap(bytes, from, bytes.length - from));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(
                    "a key of the catalog, " + HexFormat.of().formatHex(bytes) + ", makes no sense (" + e.getMessage()
                            + "); run fsck",
                    e);
        }
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
