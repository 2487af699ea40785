package io.ashlar.drive;

import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageException;
import io.ashlar.spi.Entropy;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Leads drives through their life in an open store: added, replaced, draining, removed. Each change is one of the map of drives, made
 * while nobody else changes it. {@link DriveStore} says what its methods promise. Safe for use by many threads.
 */
final class Membership {
    private static final int DRAIN_ROUNDS_MAX = 3;

    private final DriveSet drives;
    private final Placements placements;
    private final DriveCalls calls;
    private final Passes passes;
    private final LogDrives logs;
    private final Redundancy redundancy;
    private final Entropy entropy;

    Membership(
            DriveSet drives,
            Placements placements,
            DriveCalls calls,
            Passes passes,
            LogDrives logs,
            Redundancy redundancy,
            Entropy entropy) {
        this.drives = drives;
        this.placements = placements;
        this.calls = calls;
        this.passes = passes;
        this.logs = logs;
        this.redundancy = redundancy;
        this.entropy = entropy;
    }

    int add(URI uri, String domain, long weight, int life, LongSupplier counter) throws IOException {
        synchronized (drives) {
            List<DriveEntry> entries = new ArrayList<>(drives.map().drives());
            int number = entries.get(entries.size() - 1).number() + 1;
            entries.add(DriveEntry.fresh(number, uri, domain, weight, entropy));
            long from = counter.getAsLong();
            drives.change(map -> map.next(entries, life, from), redundancy.parityShards());
            return number;
        }
    }

    void replace(int number, URI uri) throws IOException {
        logs.leave(number);
        synchronized (drives) {
            DriveEntry old = drives.map()
                    .drive(number)
                    .filter(entry -> entry.role() != DriveRole.REMOVED)
                    .orElseThrow(() -> new StorageException("there is no drive " + number + " to replace"));
            List<DriveEntry> entries = new ArrayList<>(drives.map().drives());
            entries.set(entries.indexOf(old), DriveEntry.fresh(number, uri, old.domain(), old.weight(), entropy));
            drives.change(map -> map.next(entries, 0, 0), redundancy.parityShards());
        }
    }

    void role(int number, DriveRole role, int life, LongSupplier counter) throws IOException {
        synchronized (drives) {
            DriveEntry old = drives.map()
                    .drive(number)
                    .filter(entry -> entry.role() != DriveRole.REMOVED)
                    .orElseThrow(() -> new StorageException("there is no drive " + number));
            List<DriveEntry> entries = new ArrayList<>(drives.map().drives());
            entries.set(entries.indexOf(old), old.withRole(role));
            long active = entries.stream()
                    .filter(entry -> entry.role() == DriveRole.ACTIVE)
                    .count();
            if (active < redundancy.shards()) {
                throw new StorageException("without drive " + number + " there are " + active
                        + " drives, and extents have " + redundancy.shards() + " shards; add another one first");
            }
            if (role == DriveRole.REMOVED) {
                refuseInUse(number, old);
            }
            long from = counter.getAsLong();
            drives.change(map -> map.next(entries, life, from), redundancy.parityShards());
        }
        if (role == DriveRole.DRAINING) {
            logs.retreat(number);
        }
    }

    private void refuseInUse(int number, DriveEntry entry) throws IOException {
        Drive drive = drives.drive(number);
        if (entry.role() != DriveRole.DRAINING || drive == null) {
            throw new StorageException("drive " + number + " takes shards; drain it first");
        }
        if (logs.uses(number)) {
            throw new StorageException(
                    "drive " + number + " still holds a copy of the journal, and there is no other for it;"
                            + " add a drive first, or try again in a moment");
        }
        if (holdsShards(drive)) {
            throw new StorageException("drive " + number + " still holds shards; drain it to the end first");
        }
    }

    ScrubReport drain(int number, LongConsumer budget, DriveStore.GoOn goOn) throws IOException {
        Drive drive = drives.drive(number);
        if (drive == null) {
            throw new StorageException("there is no drive " + number);
        }
        ScrubReport report = passes.run("", Repairer.Effort.QUICK, budget, goOn);
        for (int round = 1; round < DRAIN_ROUNDS_MAX && report.complete() && holdsShards(drive); round++) {
            report = report.followedBy(passes.run("", Repairer.Effort.QUICK, budget, goOn));
        }
        return report.complete() && holdsShards(drive)
                ? report.withFinding(
                        "drive " + number + " still holds shards of what is being written just now; drain it again")
                : report;
    }

    private boolean holdsShards(Drive drive) throws IOException {
        return drive.isReadable() && calls.one(drive, each -> each.holdsShards(placements::isNeeded));
    }
}
