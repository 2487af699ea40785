package io.ashlar.simulation;

import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.util.SplittableRandom;

/** In which ways the disk of a run fails, besides the crashes. */
enum Weather {
    /** Not at all. */
    GOOD,
    /** Writes take fewer bytes than were offered. */
    SHORT_WRITES,
    /** Reads, writes, renames and deletions fail now and then. */
    ERRORS,
    /** Forces fail now and then. */
    FAILED_FORCES,
    /** The disk is small, and full again and again. */
    FULL;

    static Weather of(SplittableRandom random) {
        int toss = random.nextInt(10);
        return toss < 4 ? GOOD : values()[1 + (toss & 3)];
    }

    boolean isGood() {
        return this == GOOD || this == SHORT_WRITES;
    }

    /** Sets the faults of a disk for one life. */
    void set(SimulatedDisk disk, SplittableRandom random) {
        disk.capacityBytes(Long.MAX_VALUE);
        switch (this) {
            case GOOD -> {}
            case SHORT_WRITES -> disk.faults().rate(Kind.SHORT_WRITE, 0.1 + random.nextDouble() * 0.8);
            case ERRORS ->
                disk.faults()
                        .rate(Kind.READ_FAILURE, 0.005)
                        .rate(Kind.WRITE_FAILURE, 0.01)
                        .rate(Kind.RENAME_FAILURE, 0.02)
                        .rate(Kind.DELETE_FAILURE, 0.05)
                        .rate(Kind.SHORT_WRITE, 0.1);
            case FAILED_FORCES -> disk.faults().rate(Kind.FORCE_FAILURE, 0.01).rate(Kind.DIRECTORY_FORCE_FAILURE, 0.02);
            case FULL -> {
                disk.faults().rate(Kind.DISK_FULL, 0.005);
                disk.capacityBytes(disk.usedBytes() + (16 << 10) + random.nextInt(200 << 10));
            }
        }
    }

    /** Checks that an opening may fail so. */
    void allows(Exception failure) {
        if (isGood()) {
            throw new Violation("the store could not be opened: " + failure, failure);
        }
    }
}
