package io.ashlar.policy;

import io.ashlar.Encryption;
import io.ashlar.Redundancy;
import org.jspecify.annotations.Nullable;

/**
 * What extents are stored with, nothing left to be inherited. Immutable.
 *
 * @param codec the number of the codec, 0 for none
 * @param encryption how pages are encrypted
 * @param redundancy how extents are spread over drives; null as the store was opened with
 * @param tenant whose they are; empty for nobody's
 */
public record Attributes(
        int codec, Encryption encryption, @Nullable Redundancy redundancy, String tenant) {

    /** The tenant of extents of which nobody knows any more whose they are. No policy can name it. */
    public static final String UNKNOWN_TENANT = "\0";

    /** Those of a store in which nobody has said anything. */
    public static final Attributes PLAIN = new Attributes(0, Encryption.NONE, null, "");

    /**
     * Tells whether pages are encrypted.
     *
     * @return whether they are
     */
    public boolean isEncrypted() {
        return encryption != Encryption.NONE;
    }
}
