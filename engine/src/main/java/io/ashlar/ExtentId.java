package io.ashlar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The identity of an extent: a hash of its content, and a discriminator that tells apart contents with the same hash.
 *
 * <p>Immutable, and a value: equal content within one store has one id. Ids are ordered by their encoded bytes, unsigned.
 * The text form is {@code x}, {@code s} or {@code h} for the hash, the hash in hexadecimal, and {@code .n} for a discriminator that is
 * not zero: {@code x99aa06d3014798d86001c324468d497f}.
 */
public final class ExtentId implements Comparable<ExtentId> {

    /** How the content was hashed. */
    public enum Hash {
        /** XXH3-128: fast, for stores whose content comes from one trusted writer. */
        XXH3_128(1, 16, 'x'),
        /** SHA-256: for content that somebody might forge, and for stores that share it. */
        SHA_256(2, 32, 's'),
        /**
         * HMAC-SHA-256 under a key of the store's: for content that is encrypted. A plain hash of it would tell anybody who
         * knows a content whether it is there.
         */
        HMAC_SHA_256(3, 32, 'h');

        private final int code;
        private final int bytes;
        private final char letter;

        Hash(int code, int bytes, char letter) {
            this.code = code;
            this.bytes = bytes;
            this.letter = letter;
        }

        /**
         * The number that stands for this hash in files.
         *
         * @return a stable number
         */
        public int code() {
            return code;
        }

        /**
         * The length of a hash.
         *
         * @return in bytes
         */
        public int bytes() {
            return bytes;
        }

        /**
         * The letter with which ids by this hash begin, as text and in names of objects.
         *
         * @return a stable letter that is no hexadecimal digit
         */
        public char letter() {
            return letter;
        }

        /**
         * Finds a hash by its number.
         *
         * @param code the number in a file
         * @return the hash
         * @throws IllegalArgumentException if there is none of that number
         */
        public static Hash ofCode(int code) {
            for (Hash hash : values()) {
                if (hash.code == code) {
                    return hash;
                }
            }
            throw new IllegalArgumentException("no hash has the number " + code);
        }
    }

    /** The most bytes that an encoded id takes. */
    public static final int MAX_ENCODED_BYTES = 34;

    /** Hash code byte, hash bytes, discriminator byte: what files hold, and what is compared. */
    private final byte[] encoded;

    private ExtentId(byte[] encoded) {
        this.encoded = encoded;
    }

    /**
     * Makes an id.
     *
     * @param hash how the content was hashed
     * @param digest the hash; copied
     * @param discriminator 0 to 255
     * @return the id
     * @throws IllegalArgumentException if the digest has another length than the hash, or the discriminator is out of range
     */
    public static ExtentId of(Hash hash, byte[] digest, int discriminator) {
        if (digest.length != hash.bytes || (discriminator & ~0xFF) != 0) {
            throw new IllegalArgumentException("an id of " + hash + " has " + hash.bytes
                    + " bytes and a discriminator of 0 to 255, not " + digest.length + " and " + discriminator);
        }
        byte[] encoded = new byte[hash.bytes + 2];
        encoded[0] = (byte) hash.code;
        System.arraycopy(digest, 0, encoded, 1, digest.length);
        encoded[encoded.length - 1] = (byte) discriminator;
        return new ExtentId(encoded);
    }

    /**
     * Reads an id as {@link #writeTo} wrote it.
     *
     * @param source positioned at the id; advanced past it
     * @return the id
     * @throws IllegalArgumentException if there is none
     */
    public static ExtentId readFrom(ByteBuffer source) {
        if (!source.hasRemaining()) {
            throw new IllegalArgumentException("no id: the bytes end");
        }
        int length = Hash.ofCode(source.get(source.position())).bytes + 2;
        if (source.remaining() < length) {
            throw new IllegalArgumentException("an id of " + length + " bytes is cut to " + source.remaining());
        }
        byte[] encoded = new byte[length];
        source.get(encoded);
        return new ExtentId(encoded);
    }

    /**
     * Reads the text form.
     *
     * @param text as {@link #toString} gives it
     * @return the id
     * @throws IllegalArgumentException if it is none
     */
    public static ExtentId parse(String text) {
        for (Hash hash : Hash.values()) {
            int end = 1 + 2 * hash.bytes;
            if (!text.isEmpty() && text.charAt(0) == hash.letter && text.length() >= end) {
                int discriminator = text.length() == end ? 0 : -1;
                if (text.length() > end + 1 && text.charAt(end) == '.') {
                    discriminator = Integer.parseInt(text.substring(end + 1));
                }
                return of(hash, HexFormat.of().parseHex(text, 1, end), discriminator);
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no extent id: expected x and 32, or s or h and 64 hexadecimal digits");
    }

    /**
     * Tells how the content was hashed.
     *
     * @return the hash
     */
    public Hash hash() {
        return Hash.ofCode(encoded[0]);
    }

    /**
     * Gives the hash of the content.
     *
     * @return a copy
     */
    public byte[] digest() {
        return Arrays.copyOfRange(encoded, 1, encoded.length - 1);
    }

    /**
     * Gives the first eight bytes of the hash, which are as good as random: for hashing and partitioning.
     *
     * @return the bytes as a big-endian number, so that its unsigned order is the order of ids of one hash
     */
    public long digestPrefix() {
        return ByteBuffer.wrap(encoded, 1, Long.BYTES)
                .order(ByteOrder.BIG_ENDIAN)
                .getLong();
    }

    /**
     * Tells contents with the same hash apart.
     *
     * @return 0 to 255
     */
    public int discriminator() {
        return encoded[encoded.length - 1] & 0xFF;
    }

    /**
     * The id of other content with the same hash.
     *
     * @return this id with the next discriminator
     * @throws IllegalStateException if there is none left
     */
    public ExtentId nextDiscriminator() {
        if (discriminator() == 0xFF) {
            throw new IllegalStateException("256 different contents with the hash of " + this);
        }
        byte[] next = encoded.clone();
        next[next.length - 1]++;
        return new ExtentId(next);
    }

    /**
     * Tells how many bytes {@link #writeTo} writes.
     *
     * @return 18 or 34
     */
    public int encodedBytes() {
        return encoded.length;
    }

    /**
     * Writes the id as files hold it: the number of the hash, the hash, the discriminator.
     *
     * @param target advanced by {@link #encodedBytes}
     */
    public void writeTo(ByteBuffer target) {
        target.put(encoded);
    }

    @Override
    public int compareTo(ExtentId other) {
        return Arrays.compareUnsigned(encoded, other.encoded);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtentId id && Arrays.equals(encoded, id.encoded);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(digestPrefix()) * 31 + encoded[encoded.length - 1];
    }

    @Override
    public String toString() {
        String text = hash().letter + HexFormat.of().formatHex(encoded, 1, encoded.length - 1);
        return discriminator() == 0 ? text : text + "." + discriminator();
    }
}
