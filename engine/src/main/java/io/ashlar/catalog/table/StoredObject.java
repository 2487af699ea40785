package io.ashlar.catalog.table;

import io.ashlar.ExtentId;
import io.ashlar.format.ManifestLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An extent that lies in a backend: where, what, and how large. Immutable.
 *
 * @param name the object's name in the backend; 1 to 200 ASCII characters
 * @param id the identity of its content
 * @param storedBytes the size of the object, in bytes; positive
 */
public record StoredObject(String name, ExtentId id, int storedBytes) {

    private static final int MAX_NAME_BYTES = 200;

    /**
     * Checks the bounds.
     *
     * @param name the object's name
     * @param id the identity of its content
     * @param storedBytes the size of the object
     * @throws IllegalArgumentException if the name is empty, too long or not plain ASCII, or the size is not positive
     */
    public StoredObject {
        if (name.isEmpty() || name.length() > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the name of an object has 1 to 200 characters, not " + name.length());
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) >= 0x7F) {
                throw new IllegalArgumentException("the name of an object has a character outside ASCII at " + i);
            }
        }
        if (storedBytes <= 0) {
            throw new IllegalArgumentException("object " + name + " cannot have " + storedBytes + " bytes");
        }
    }

    /**
     * Tells how many bytes {@link #writeTo} writes.
     *
     * @return the size of the reference, as {@link ManifestLayout} describes it
     */
    public int encodedBytes() {
        return Integer.BYTES + 1 + name.length() + id.encodedBytes();
    }

    /**
     * Writes the reference as files hold it.
     *
     * @param target little-endian; advanced by {@link #encodedBytes}
     */
    public void writeTo(ByteBuffer target) {
        target.putInt(storedBytes);
        target.put((byte) name.length());
        target.put(name.getBytes(StandardCharsets.US_ASCII));
        id.writeTo(target);
    }

    /**
     * Reads a reference as {@link #writeTo} wrote it.
     *
     * @param source little-endian, positioned at the reference; advanced past it
     * @return the reference
     * @throws IllegalArgumentException if there is none
     */
    public static StoredObject readFrom(ByteBuffer source) {
        try {
            int storedBytes = source.getInt();
            byte[] name = new byte[source.get() & 0xFF];
            source.get(name);
            return new StoredObject(
                    new String(name, StandardCharsets.ISO_8859_1), ExtentId.readFrom(source), storedBytes);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the reference to an object is cut", e);
        }
    }
}
