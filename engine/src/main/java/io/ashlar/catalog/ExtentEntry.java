package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CatalogLayout;
import io.ashlar.journal.JournalPosition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What the catalog keeps about an extent. Immutable.
 *
 * @param kind what sort of extent it is
 * @param domain the number of the domain that it is in; of a pack, that of its members
 * @param life the life of the process that stored it; with the counter the part of its physical name that is never reused
 * @param counter how many extents that life had stored before it
 * @param plainBytes its logical length
 * @param storedBytes the length of its image
 * @param count how many references there are, those included whose release is not durable yet
 * @param explicit how many of them were taken by puts and retains
 * @param liveBytes of a pack, the bytes of its members that are alive; otherwise zero
 * @param home where the image is
 */
public record ExtentEntry(
        ExtentKind kind,
        int domain,
        int life,
        long counter,
        int plainBytes,
        int storedBytes,
        long count,
        long explicit,
        int liveBytes,
        Home home) {

    private static final int MAX_ENCODED_BYTES = 2 + 10 * 10 + ExtentId.MAX_ENCODED_BYTES;

    /**
     * The entry of an extent of which nobody has the bytes, since a catalog was made of what was left of a store: nodes refer to it.
     * The next put of it brings its bytes, its kind and what it refers to.
     */
    static ExtentEntry lost(int domain, int life, long counter, int plainBytes) {
        return new ExtentEntry(ExtentKind.DATA, domain, life, counter, plainBytes, 0, 0, 0, 0, Home.OWN_OBJECT);
    }

    /**
     * Tells whether nobody has its bytes, and all that is known is that something refers to it.
     *
     * @return whether it is lost; no image has no bytes
     */
    public boolean isLost() {
        return storedBytes == 0;
    }

    ExtentEntry withCount(long newCount) {
        return new ExtentEntry(
                kind, domain, life, counter, plainBytes, storedBytes, newCount, explicit, liveBytes, home);
    }

    ExtentEntry withExplicit(long newExplicit) {
        return new ExtentEntry(
                kind, domain, life, counter, plainBytes, storedBytes, count, newExplicit, liveBytes, home);
    }

    ExtentEntry withLiveBytes(int newLiveBytes) {
        return new ExtentEntry(
                kind, domain, life, counter, plainBytes, storedBytes, count, explicit, newLiveBytes, home);
    }

    ExtentEntry withHome(Home newHome) {
        return new ExtentEntry(
                kind, domain, life, counter, plainBytes, storedBytes, count, explicit, liveBytes, newHome);
    }

    ExtentEntry withDomain(int newDomain) {
        return new ExtentEntry(
                kind, newDomain, life, counter, plainBytes, storedBytes, count, explicit, liveBytes, home);
    }

    ExtentEntry withObject(int newDomain, int newLife, long newCounter, int newStoredBytes, Home newHome) {
        return new ExtentEntry(
                kind, newDomain, newLife, newCounter, plainBytes, newStoredBytes, count, explicit, liveBytes, newHome);
    }

    /**
     * The physical name of its object, if it has one of its own.
     *
     * @param id the extent's id
     * @return the name
     */
    public String objectName(ExtentId id) {
        return ObjectName.of(kind, id, life, counter);
    }

    byte[] encode() {
        ByteBuffer target = ByteBuffer.allocate(MAX_ENCODED_BYTES);
        target.put((byte) kind.code());
        int homeAt = target.position();
        target.put((byte) 0);
        Varint.put(target, life);
        Varint.put(target, counter);
        Varint.put(target, plainBytes);
        Varint.put(target, storedBytes);
        Varint.put(target, count);
        Varint.put(target, explicit);
        int inDomain = domain == 0 ? 0 : CatalogLayout.HOME_DOMAIN;
        if (inDomain != 0) {
            Varint.put(target, domain);
        }
        if (home instanceof Home.InJournal journal) {
            target.put(homeAt, (byte) (inDomain | CatalogLayout.HOME_JOURNAL));
            Varint.put(target, journal.image().segment());
            Varint.put(target, journal.image().offset());
        } else if (home instanceof Home.InPack pack) {
            target.put(homeAt, (byte) (inDomain | CatalogLayout.HOME_PACK));
            Varint.put(target, pack.offset());
            pack.pack().writeTo(target);
        } else {
            target.put(homeAt, (byte) (inDomain | CatalogLayout.HOME_OBJECT));
        }
        if (kind == ExtentKind.PACK) {
            Varint.put(target, liveBytes);
        }
        byte[] encoded = new byte[target.position()];
        target.flip().get(encoded);
        return encoded;
    }

    /** Whether an encoded entry is of a domain. Most are of domain 0, which shows without decoding the rest: every put asks, with a lock. */
    static boolean isIn(int domain, ExtentId id, byte[] encoded) {
        boolean hasNumber = encoded.length > 1 && (encoded[1] & CatalogLayout.HOME_DOMAIN) != 0;
        return hasNumber ? decode(id, encoded).domain() == domain : domain == 0;
    }

    static ExtentEntry decode(ExtentId id, byte[] encoded) {
        try {
            ByteBuffer source = ByteBuffer.wrap(encoded);
            ExtentKind kind = ExtentKind.ofCode(source.get() & 0xFF);
            int homeCode = source.get();
            int life = intIn(source);
            long counter = longIn(source);
            int plainBytes = intIn(source);
            int storedBytes = intIn(source);
            long count = Varint.get(source);
            long explicit = Varint.get(source);
            int domain = (homeCode & CatalogLayout.HOME_DOMAIN) == 0 ? 0 : intIn(source);
            Home home = switch (homeCode & ~CatalogLayout.HOME_DOMAIN) {
                case CatalogLayout.HOME_JOURNAL ->
                    new Home.InJournal(new JournalPosition(longIn(source), longIn(source)));
                case CatalogLayout.HOME_OBJECT -> Home.OWN_OBJECT;
                case CatalogLayout.HOME_PACK -> {
                    int offset = intIn(source);
                    yield new Home.InPack(ExtentId.readFrom(source), offset);
                }
                default -> throw new IllegalArgumentException("unknown home " + homeCode);
            };
            int liveBytes = kind == ExtentKind.PACK ? intIn(source) : 0;
            if (source.hasRemaining()) {
                throw new IllegalArgumentException(source.remaining() + " bytes too many");
            }
            return new ExtentEntry(
                    kind, domain, life, counter, plainBytes, storedBytes, count, explicit, liveBytes, home);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(
                    "the catalog's entry of extent " + id + " makes no sense (" + e.getMessage() + "); run fsck", e);
        }
    }

    private static int intIn(ByteBuffer source) {
        long value = Varint.get(source);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the number " + Long.toUnsignedString(value) + " is too large");
        }
        return (int) value;
    }

    private static long longIn(ByteBuffer source) {
        long value = Varint.get(source);
        if (value < 0) {
            throw new IllegalArgumentException("the number " + Long.toUnsignedString(value) + " is too large");
        }
        return value;
    }
}
