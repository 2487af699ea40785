package io.ashlar;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How extents are stored that are put under a policy. What a policy does not say, it inherits: {@code a/b} from {@code a}, and that
 * from the store's own, which is called {@code ""}. What nobody says is: no codec, no encryption, the redundancy that the store was
 * opened with, no tenant. Immutable.
 *
 * <p>Extents of different attributes never stand in for each other: the same content under two policies of different attributes is
 * stored twice, and under two of the same attributes once.
 *
 * @param codec what makes pages smaller, by its name, such as {@code lz4}, {@code zstd} or {@code none}; null to inherit
 * @param encryption how pages are encrypted; null to inherit
 * @param redundancy how extents are spread over drives; null to inherit
 * @param tenant whose extents they are, so that those of two never stand in for each other, and nobody learns by trying what the
 *     other has; up to 64 bytes of UTF-8, empty for nobody's; null to inherit
 */
public record StoragePolicy(
        @Nullable String codec,
        @Nullable Encryption encryption,
        @Nullable Redundancy redundancy,
        @Nullable String tenant) {

    /** Says nothing. */
    public static final StoragePolicy INHERITED = new StoragePolicy(null, null, null, null);

    private static final int TEXT_BYTES_MAX = 64;

    /**
     * Checks the texts.
     *
     * @param codec the name of a codec
     * @param encryption how pages are encrypted
     * @param redundancy how extents are spread
     * @param tenant whose extents they are
     * @throws IllegalArgumentException if a text is too long or has control characters
     */
    public StoragePolicy {
        check("codec", codec);
        check("tenant", tenant);
    }

    private static void check(String what, @Nullable String text) {
        if (text != null
                && (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX
                        || text.chars().anyMatch(Character::isISOControl)
                        || !StandardCharsets.UTF_8.newEncoder().canEncode(text))) {
            throw new IllegalArgumentException("a " + what + " has at most " + TEXT_BYTES_MAX
                    + " bytes of UTF-8 and no control characters, unlike '" + text + "'");
        }
    }

    /**
     * This policy with a codec.
     *
     * @param name of the codec
     * @return the changed policy
     */
    public StoragePolicy withCodec(String name) {
        return new StoragePolicy(Objects.requireNonNull(name), encryption, redundancy, tenant);
    }

    /**
     * This policy with encryption.
     *
     * @param how how, or {@link Encryption#NONE}
     * @return the changed policy
     */
    public StoragePolicy withEncryption(Encryption how) {
        return new StoragePolicy(codec, Objects.requireNonNull(how), redundancy, tenant);
    }

    /**
     * This policy with a redundancy.
     *
     * @param how how extents are spread
     * @return the changed policy
     */
    public StoragePolicy withRedundancy(Redundancy how) {
        return new StoragePolicy(codec, encryption, Objects.requireNonNull(how), tenant);
    }

    /**
     * This policy with a tenant.
     *
     * @param whose whose extents they are
     * @return the changed policy
     */
    public StoragePolicy withTenant(String whose) {
        return new StoragePolicy(codec, encryption, redundancy, Objects.requireNonNull(whose));
    }

    /**
     * What this policy comes to below another.
     *
     * @param parent what to inherit from
     * @return this policy, and what it does not say from the other
     */
    public StoragePolicy under(StoragePolicy parent) {
        return new StoragePolicy(
                codec != null ? codec : parent.codec,
                encryption != null ? encryption : parent.encryption,
                redundancy != null ? redundancy : parent.redundancy,
                tenant != null ? tenant : parent.tenant);
    }

    /** Such as {@code codec zstd, redundancy 4+2, quorum 5}; {@code inherited} if it says nothing. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        text.setEmptyValue("inherited");
        if (codec != null) {
            text.add("codec " + codec);
        }
        if (encryption != null) {
            text.add("encryption " + encryption);
        }
        if (redundancy != null) {
            text.add("redundancy " + redundancy);
        }
        if (tenant != null) {
            text.add("tenant '" + tenant + "'");
        }
        return text.toString();
    }
}
