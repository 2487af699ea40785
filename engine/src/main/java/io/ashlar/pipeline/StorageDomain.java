package io.ashlar.pipeline;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentEncoding;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.ExtentBackend;

/**
 * How extents of a domain are stored. Immutable; as thread-safe as its parts.
 *
 * @param number its number in the catalog
 * @param encoding how pages are stored
 * @param backend takes objects
 */
public record StorageDomain(int number, ExtentEncoding encoding, ExtentBackend backend) {

    /**
     * The domain of a store whose policies were never changed.
     *
     * @param backend takes objects
     * @return the domain
     */
    public static StorageDomain plain(ExtentBackend backend) {
        return new StorageDomain(PolicyTable.PLAIN_DOMAIN, ExtentEncoding.PLAIN, backend);
    }

    /**
     * Tells what extents are identified by.
     *
     * @param unencrypted what identifies them where they are not encrypted
     * @return the hash
     */
    public ExtentId.Hash identity(ExtentId.Hash unencrypted) {
        return encoding.encryption() == Encryption.NONE ? unencrypted : ExtentId.Hash.HMAC_SHA_256;
    }
}
