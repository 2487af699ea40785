package io.ashlar.runtime;

import io.ashlar.Durability;
import io.ashlar.Encryption;
import io.ashlar.ProgressListener;
import io.ashlar.Redundancy;
import io.ashlar.ReencodeReport;
import io.ashlar.StoragePolicy;
import io.ashlar.catalog.PolicyCommand;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.drive.DriveStore;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.PageCodec;
import org.jspecify.annotations.Nullable;

/** The policies of a store that is open for writing. Changes come one at a time. */
final class EnginePolicies extends ReadablePolicies {
    private final EngineCore core;
    private final Domains domains;
    private final Extents extents;
    private final Maintenance maintenance;
    private final Jobs jobs;
    private final Object changing = new Object();

    EnginePolicies(EngineCore core, Extents extents, Maintenance maintenance, Jobs jobs) {
        super(core.catalog());
        this.core = core;
        this.extents = extents;
        this.maintenance = maintenance;
        this.jobs = jobs;
        domains = core.domains();
    }

    @Override
    void checkOpen() {
        extents.checkOpen();
    }

    @Override
    public void set(String name, StoragePolicy policy) {
        PolicyTable.checkName(name);
        checkRedundancy(policy.redundancy());
        change(name, policy);
    }

    private void checkRedundancy(@Nullable Redundancy redundancy) {
        DriveStore drives = domains.drives();
        if (redundancy == null) {
            return;
        }
        if (drives == null) {
            throw new IllegalArgumentException("extents cannot be spread as " + redundancy
                    + ": the store is not over drives. Create one with drives, or leave the redundancy out");
        }
        if (drives.activeDrives() < redundancy.shards()) {
            throw new IllegalArgumentException("extents cannot be spread as " + redundancy + " over "
                    + drives.activeDrives() + " drives; add drives first");
        }
    }

    @Override
    public boolean remove(String name) {
        PolicyTable.checkName(name);
        boolean there = name.equals(PolicyTable.ROOT) || table().policies().containsKey(name);
        if (there) {
            change(name, null);
        }
        return there;
    }

    private void change(String name, @Nullable StoragePolicy policy) {
        extents.checkWritable();
        synchronized (changing) {
            PolicyTable before = table();
            PolicyTable after = before.with(name, policy, this::codec);
            if (policy != null) {
                checkKeys(name, after.effective(name));
            }
            if (after.equals(before)) {
                return;
            }
            // An engine that knows no domains must refuse the store before it meets the first of them.
            maintenance.use(Superblock.DOMAINS);
            extents.await(core.driver().submit(PolicyCommand.of(before, after), Durability.SYNC, false));
        }
    }

    private int codec(String name) {
        PageCodec codec = domains.codecs().named(name);
        return codec.code();
    }

    private void checkKeys(String name, StoragePolicy effective) {
        Encryption encryption = effective.encryption();
        if (encryption != null && encryption != Encryption.NONE && domains.keys() == null) {
            throw new IllegalArgumentException("extents under policy '" + name
                    + "' cannot be encrypted: the store was opened without keys. Open it with a key provider");
        }
    }

    @Override
    public ReencodeReport reencode(long maxBytesPerSecond, ProgressListener listener) {
        extents.checkWritable();
        if (maxBytesPerSecond <= 0) {
            throw new IllegalArgumentException("a limit of " + maxBytesPerSecond + " bytes a second reads nothing");
        }
        return jobs.reencode(maxBytesPerSecond, listener);
    }
}
