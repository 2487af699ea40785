package io.ashlar.catalog.anchor;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.format.SuperblockLayout;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a store's superblock says. Immutable.
 *
 * @param storeIdHigh first half of the store's id, which is random
 * @param storeIdLow second half
 * @param features format features in use, a bit each
 * @param counter from 1; greater in every superblock than in the one before
 * @param createdMillis when the store was created, in milliseconds since the epoch of 1970
 * @param pageBytes the default page size of extents; fixed when the store is created
 * @param hash what identifies extents; fixed when the store is created
 * @param manifest the first extent of the newest checkpoint's manifest; null if there has been no checkpoint
 */
public record Superblock(
        long storeIdHigh,
        long storeIdLow,
        long features,
        long counter,
        long createdMillis,
        int pageBytes,
        ExtentId.Hash hash,
        @Nullable StoredObject manifest) {

    /** The store's objects are divided into shards over several drives: whoever takes it for one place finds nothing. */
    public static final long DRIVES = 1;

    /** The feature of extents in domains other than the one that every store begins with. */
    public static final long DOMAINS = 2;

    /** The format features that this engine knows. */
    public static final long KNOWN_FEATURES = DRIVES | DOMAINS;

    private static final int PAGE_BYTES_MIN = 512;
    private static final int PAGE_BYTES_MAX = 65_536;

    /**
     * Checks the bounds.
     *
     * @param storeIdHigh first half of the store's id
     * @param storeIdLow second half
     * @param features format features in use
     * @param counter from 1
     * @param createdMillis when the store was created
     * @param pageBytes the default page size of extents
     * @param hash what identifies extents
     * @param manifest where the newest checkpoint's manifest begins
     * @throws IllegalArgumentException if the counter is not positive, a feature is unknown, the page size is no power of two
     *     from 512 to 65,536, or the manifest is identified by another hash
     */
    public Superblock {
        if (counter <= 0) {
            throw new IllegalArgumentException("the counter of a superblock is positive, not " + counter);
        }
        if ((features & ~KNOWN_FEATURES) != 0) {
            throw new IllegalArgumentException("unknown format features " + Long.toHexString(features));
        }
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX || Integer.bitCount(pageBytes) != 1) {
            throw new IllegalArgumentException("a page has a power of two of bytes, " + PAGE_BYTES_MIN + " to "
                    + PAGE_BYTES_MAX + ", not " + pageBytes);
        }
        if (manifest != null && manifest.id().hash() != hash) {
            throw new IllegalArgumentException("the manifest is identified by "
                    + manifest.id().hash() + ", everything else in the store by " + hash);
        }
        if (manifest != null && manifest.name().length() > SuperblockLayout.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the manifest's name is too long: " + manifest.name());
        }
    }

    /**
     * The superblock to write after a checkpoint.
     *
     * @param newManifest where the checkpoint's manifest begins
     * @return this one with the next counter and the manifest
     */
    public Superblock next(StoredObject newManifest) {
        return new Superblock(
                storeIdHigh, storeIdLow, features, counter + 1, createdMillis, pageBytes, hash, newManifest);
    }

    /**
     * This superblock with more features in use.
     *
     * @param more their bits
     * @return the changed superblock
     * @throws IllegalArgumentException if one of them is unknown
     */
    public Superblock withFeatures(long more) {
        return new Superblock(
                storeIdHigh, storeIdLow, features | more, counter, createdMillis, pageBytes, hash, manifest);
    }

    /**
     * Tells whether a format feature is in use.
     *
     * @param feature its bit
     * @return whether it is
     */
    public boolean has(long feature) {
        return (features & feature) != 0;
    }

    /**
     * The store's id as people read it.
     *
     * @return 32 hexadecimal digits
     */
    public String storeId() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(storeIdHigh) + hex.toHexDigits(storeIdLow);
    }

    boolean isOfSameStore(Superblock other) {
        return storeIdHigh == other.storeIdHigh && storeIdLow == other.storeIdLow;
    }
}
