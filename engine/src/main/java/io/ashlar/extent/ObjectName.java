package io.ashlar.extent;

import io.ashlar.ExtentId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of the object that holds an extent: what it is, which content, and which putting of it. Names are never used again:
 * life and counter are unique, so a delete that comes late cannot hit content that was put once more.
 *
 * <pre>
 *   e-x99aa06d3014798d86001c324468d497f-00-0000002a-000000000000000f
 *   |  | the hash of the content         |  life     counter
 *   |  x, s or h: which hash             discriminator
 *   e data, n node, p pack, t table, m manifest
 * </pre>
 *
 * @param kind what the extent holds
 * @param id its id
 * @param life the life of the store's process that put it, 0 or more
 * @param counter a number unique within that life, 0 or more
 */
public record ObjectName(ExtentKind kind, ExtentId id, int life, long counter) {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern FORM =
            Pattern.compile("([enptm])-([xsh][0-9a-f]+)-([0-9a-f]{2})-([0-9a-f]{8})-([0-9a-f]{16})");

    /**
     * Checks the parts.
     *
     * @param kind what the extent holds
     * @param id its id
     * @param life 0 or more
     * @param counter 0 or more
     * @throws IllegalArgumentException if life or counter are negative
     */
    public ObjectName {
        if (life < 0 || counter < 0) {
            throw new IllegalArgumentException("no object is of life " + life + " and counter " + counter);
        }
    }

    /**
     * Makes a name.
     *
     * @param kind what the extent holds
     * @param id its id
     * @param life the life of the store's process that puts it, 0 or more
     * @param counter a number unique within that life, 0 or more
     * @return the name, 64 or 96 characters out of {@code a-z 0-9 -}
     * @throws IllegalArgumentException if life or counter are negative
     */
    public static String of(ExtentKind kind, ExtentId id, int life, long counter) {
        return new ObjectName(kind, id, life, counter).toString();
    }

    /**
     * Reads a name.
     *
     * @param name any object's name
     * @return its parts; empty if it is not of this form, down to the last letter
     */
    public static Optional<ObjectName> parse(String name) {
        Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (ExtentKind kind : ExtentKind.values()) {
            if (kind.letter() == name.charAt(0)) {
                return parse(kind, matcher);
            }
        }
        return Optional.empty();
    }

    private static Optional<ObjectName> parse(ExtentKind kind, Matcher matcher) {
        String digest = matcher.group(2);
        long counter = HexFormat.fromHexDigitsToLong(matcher.group(5));
        int life = HexFormat.fromHexDigits(matcher.group(4));
        for (ExtentId.Hash hash : ExtentId.Hash.values()) {
            if (digest.charAt(0) == hash.letter()
                    && digest.length() == 1 + 2 * hash.bytes()
                    && life >= 0
                    && counter >= 0) {
                byte[] bytes = HEX.parseHex(digest, 1, digest.length());
                ExtentId id = ExtentId.of(hash, bytes, HexFormat.fromHexDigits(matcher.group(3)));
                return Optional.of(new ObjectName(kind, id, life, counter));
            }
        }
        return Optional.empty();
    }

    /**
     * The name as a backend holds it.
     *
     * @return the name
     */
    @Override
    public String toString() {
        return kind.letter()
                + "-" + id.hash().letter() + HEX.formatHex(id.digest())
                + "-" + HEX.toHexDigits((byte) id.discriminator())
                + "-" + HEX.toHexDigits(life)
                + "-" + HEX.toHexDigits(counter);
    }
}
