package io.ashlar.runtime;

import io.ashlar.Encryption;
import io.ashlar.Redundancy;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.DomainBackends;
import io.ashlar.drive.DriveStore;
import io.ashlar.extent.ExtentEncoding;
import io.ashlar.extent.PageCodecs;
import io.ashlar.pipeline.StorageDomain;
import io.ashlar.policy.Attributes;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.PageCodec;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What policies and domains come to with the codecs, keys and drives that there are. Safe for use by many threads. */
final class Domains implements DomainBackends {
    private final Catalog catalog;
    private final Sealing sealing;
    private final ExtentBackend backend;
    private final @Nullable DriveStore drives;
    private final StorageDomain plain;

    /** What a number stands for never changes. */
    private final ConcurrentHashMap<Integer, StorageDomain> known = new ConcurrentHashMap<>();

    Domains(Catalog catalog, Sealing sealing, ExtentBackend backend, @Nullable DriveStore drives) {
        this.catalog = catalog;
        this.sealing = sealing;
        this.backend = backend;
        this.drives = drives;
        plain = StorageDomain.plain(backend);
    }

    PageCodecs codecs() {
        return sealing.codecs();
    }

    @Nullable
    KeyProvider keys() {
        return sealing.keys();
    }

    @Nullable
    DriveStore drives() {
        return drives;
    }

    /**
     * How extents are stored that are put under a policy.
     *
     * @throws io.ashlar.PolicyNotFoundException if there is none of that name
     * @throws UnsupportedFormatException if its codec is not there
     * @throws UnknownKeyException if its extents are encrypted and there are no keys
     * @throws IOException if the catalog could not be read
     */
    StorageDomain of(String policy) throws IOException {
        return domain(catalog.policies().policy(policy).domain());
    }

    /** As {@link #of(String)}, of the domain of a number. */
    StorageDomain domain(int number) throws IOException {
        if (number == PolicyTable.PLAIN_DOMAIN) {
            return plain;
        }
        StorageDomain present = known.get(number);
        if (present == null) {
            Attributes attributes = attributes(number);
            present = new StorageDomain(number, encoding(attributes), backend(attributes.redundancy()));
            known.put(number, present);
        }
        return present;
    }

    /**
     * As {@link #domain}, for extents that are there already: the copy that goes may have all of its shards, so the one that comes is
     * not acknowledged with fewer.
     */
    StorageDomain whole(int number) throws IOException {
        DriveStore spread = drives;
        StorageDomain domain = domain(number);
        if (spread == null) {
            return domain;
        }
        Redundancy own = attributes(number).redundancy();
        Redundancy redundancy = own == null ? spread.redundancy() : own;
        return new StorageDomain(number, domain.encoding(), spread.backend(redundancy.withQuorum(redundancy.shards())));
    }

    private Attributes attributes(int number) throws IOException {
        return catalog.policies().attributes(number);
    }

    private ExtentEncoding encoding(Attributes attributes) {
        PageCodec codec = sealing.codecs()
                .ofCode(attributes.codec())
                .orElseThrow(() -> new UnsupportedFormatException("extents are to be compressed by the codec of number "
                        + attributes.codec() + ", and there is only " + sealing.codecs()
                        + ": add the module that has it to the class path"));
        KeyProvider keys = sealing.keys();
        if (attributes.encryption() == Encryption.NONE) {
            return ExtentEncoding.compressed(codec);
        }
        if (keys == null) {
            throw new UnknownKeyException(
                    "extents are to be encrypted, and the store was opened without keys; open it with a key provider",
                    0);
        }
        return ExtentEncoding.encrypted(codec, attributes.encryption(), keys);
    }

    private ExtentBackend backend(@Nullable Redundancy redundancy) {
        return redundancy == null || drives == null ? backend : drives.backend(redundancy);
    }

    /** Takes neither codecs nor keys: packs are moved without looking into what is in them. */
    @Override
    public ExtentBackend of(int domain) throws IOException {
        return domain == PolicyTable.PLAIN_DOMAIN
                ? backend
                : backend(attributes(domain).redundancy());
    }
}
