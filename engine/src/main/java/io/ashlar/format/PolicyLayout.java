package io.ashlar.format;

/**
 * How policies and domains lie in bytes, in records of the journal and in the catalog. Little-endian; {@code text} is a u8 length
 * and UTF-8.
 *
 * <pre>
 * policy:  domain u16 | says u8 | what it says, in this order:
 *          1 codec       text, its name
 *          2 encryption  u8
 *          4 redundancy  data shards u8 | shards of parity u8 | quorum u8
 *          8 tenant      text
 *
 * domain:  heir u16, {@value #NO_HEIR} for none | codec u8, its number | encryption u8 | shards u8, {@code 4} if there is a redundancy
 *          | redundancy as above | tenant text
 *
 * encryption:  0 none, 1 random, 2 convergent
 * </pre>
 *
 * <p>A domain is a set of attributes that extents are stored with; its number is in their entries. Domain 0 is that of a store whose
 * policies have never been changed: no codec, no encryption, the store's own redundancy, no tenant.
 */
public final class PolicyLayout {
    /** A policy says which codec. */
    public static final int SAYS_CODEC = 1;
    /** A policy says which encryption. */
    public static final int SAYS_ENCRYPTION = 2;
    /** A policy, or a domain, says which redundancy. */
    public static final int SAYS_REDUNDANCY = 4;
    /** A policy says whose. */
    public static final int SAYS_TENANT = 8;

    /** What stands for no heir. */
    public static final int NO_HEIR = 0xFFFF;
    /** The most policies that there are, and the most that one record changes. */
    public static final int MAX_POLICIES = 256;
    /** The most domains that there ever are. */
    public static final int MAX_DOMAINS = 1024;
    /** The most bytes of a policy's name. */
    public static final int MAX_NAME_BYTES = 128;
    /** The most bytes of a text. */
    public static final int MAX_TEXT_BYTES = 64;
    /** More than a policy or a domain takes. */
    public static final int MAX_VALUE_BYTES = 160;

    private PolicyLayout() {}
}
