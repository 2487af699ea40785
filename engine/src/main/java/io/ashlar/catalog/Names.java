package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names and what they refer to, as commands and the catalog hold them. */
final class Names {
    private Names() {}

    /**
     * Reads a name. Bytes that are no UTF-8 are refused: what stands in for them would make two names one.
     *
     * @param bytes the name, all of it
     * @return the name
     * @throws IllegalArgumentException if it is none
     */
    static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name that is not UTF-8", e);
        }
    }

    /** The value of a name: the id of what it refers to. */
    static byte[] encodeTarget(ExtentId id) {
        ByteBuffer value = ByteBuffer.allocate(id.encodedBytes());
        id.writeTo(value);
        return value.array();
    }

    /**
     * Reads the value of a name.
     *
     * @param value as the catalog holds it
     * @return the id of what the name refers to
     * @throws DamagedException if it is none
     */
    static ExtentId target(byte[] value) {
        try {
            return wholeId(ByteBuffer.wrap(value));
        } catch (IllegalArgumentException e) {
            throw new DamagedException(
                    "what a name in the catalog refers to makes no sense (" + e.getMessage() + "); run fsck", e);
        }
    }

    /**
     * Reads an id with nothing behind it.
     *
     * @throws IllegalArgumentException if there is something else
     */
    static ExtentId wholeId(ByteBuffer source) {
        ExtentId id = ExtentId.readFrom(source);
        if (source.hasRemaining()) {
            throw new IllegalArgumentException(source.remaining() + " bytes follow an id");
        }
        return id;
    }
}
