package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.StorageException;
import io.ashlar.UnknownKeyException;
import io.ashlar.extent.ExtentFacts;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.PageCodecs;
import io.ashlar.extent.Unsealer;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Opens nodes for a rebuild, which must know what they refer to. A node that is left out is an orphan afterwards, and deleted one day.
 * So a key that is not there, or is not the right one, ends the rebuild; unless it is to salvage what it can, and was given keys.
 */
final class RebuildNodes {
    private final Unsealer unsealer;
    private final boolean keyless;
    private final boolean salvage;

    RebuildNodes(PageCodecs codecs, @Nullable KeyProvider keys, boolean salvage) {
        unsealer = keys == null ? Unsealer.of(codecs) : Unsealer.of(codecs, new Present(keys));
        keyless = keys == null;
        this.salvage = salvage;
    }

    Unsealer unsealer() {
        return unsealer;
    }

    /**
     * Opens a node.
     *
     * @throws DamagedException if that cannot be, and it is to be passed over
     * @throws UnknownKeyException if its key is not there
     * @throws StorageException if its key is not the right one
     */
    ExtentNode open(ExtentSource source, long storedBytes, ExtentFacts facts) throws IOException {
        try {
            return ExtentNode.read(ExtentReader.open(source, storedBytes, facts.id(), unsealer));
        } catch (UnknownKeyException e) {
            if (keyless || !salvage) {
                throw e;
            }
            throw new DamagedException(String.valueOf(e.getMessage()), e);
        } catch (DamagedException e) {
            if (!salvage && facts.encrypted() && isWhole(source, storedBytes, facts)) {
                throw new StorageException(
                        e.getMessage()
                                + ". Provide the right key; or salvage what is left without it. Nothing was changed",
                        e);
            }
            throw e;
        }
    }

    private static boolean isWhole(ExtentSource source, long storedBytes, ExtentFacts facts) throws IOException {
        try {
            ExtentReader.verifyStored(source, storedBytes, facts.id());
            return true;
        } catch (DamagedException | ObjectNotFoundException e) {
            return false;
        }
    }

    /** Keys of which one that cannot be had just now is no drive that does not answer. */
    private record Present(KeyProvider keys) implements KeyProvider {
        @Override
        public int currentKeyId() {
            return keys.currentKeyId();
        }

        @Override
        public Optional<SecretKey> find(int keyId) {
            try {
                return keys.find(keyId);
            } catch (IOException e) {
                throw new StorageException(
                        "key " + Integer.toUnsignedString(keyId) + " cannot be had just now: " + e.getMessage()
                                + ". Nothing was changed",
                        e);
            }
        }

        @Override
        public SecretKey identityKey() throws IOException {
            return keys.identityKey();
        }
    }
}
