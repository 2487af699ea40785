package io.ashlar.drive;

import io.ashlar.format.DriveLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All drives of a store, and among which of them objects were spread when. Each drive's identity repeats it; the one of the greatest
 * version counts. Immutable.
 *
 * @param storeIdHigh first half of the store's id
 * @param storeIdLow second half
 * @param version from 1 on; greater in every map than in the one before
 * @param drives all that there ever were, in ascending order of their numbers
 * @param epochs in the order of their beginnings; the first begins with life 0
 * @param log the numbers of the drives on which the journal and the superblocks are, each of them whole; none if they are elsewhere
 */
record DriveMap(
        long storeIdHigh,
        long storeIdLow,
        long version,
        List<DriveEntry> drives,
        List<PlacementEpoch> epochs,
        List<Integer> log) {

    /**
     * Checks that it makes sense.
     *
     * @throws IllegalArgumentException if numbers, versions or epochs do not ascend, a member is no drive, or there is no epoch for
     *     the first object, or too much of anything
     */
    public DriveMap {
        drives = List.copyOf(drives);
        epochs = List.copyOf(epochs);
        log = List.copyOf(log);
        if (version < 1) {
            throw new IllegalArgumentException("maps of drives have versions from 1 on, not " + version);
        }
        if (drives.isEmpty() || drives.size() > DriveLayout.DRIVES_MAX) {
            throw new IllegalArgumentException(
                    "a store has 1 to " + DriveLayout.DRIVES_MAX + " drives, not " + drives.size());
        }
        if (epochs.isEmpty() || epochs.size() > DriveLayout.EPOCHS_MAX) {
            throw new IllegalArgumentException(
                    "drives have been changed " + epochs.size() + " times; the map holds " + DriveLayout.EPOCHS_MAX);
        }
        int last = 0;
        for (DriveEntry drive : drives) {
            if (drive.number() <= last) {
                throw new IllegalArgumentException(
                        "drives come in ascending order, not " + last + ", " + drive.number());
            }
            last = drive.number();
        }
        for (int i = 0; i < log.size(); i++) {
            if (find(drives, log.get(i)) == null || (i > 0 && log.get(i) <= log.get(i - 1))) {
                throw new IllegalArgumentException("the journal is on drives " + log);
            }
        }
        if (epochs.get(0).life() != 0 || epochs.get(0).counter() != 0) {
            throw new IllegalArgumentException("the first epoch does not begin with the first object");
        }
        for (int i = 0; i < epochs.size(); i++) {
            PlacementEpoch epoch = epochs.get(i);
            if (i > 0
                    && epoch.beginsBy(
                            epochs.get(i - 1).life(), epochs.get(i - 1).counter())) {
                throw new IllegalArgumentException("epochs " + (i - 1) + " and " + i + " do not follow each other");
            }
            for (PlacementEpoch.Member member : epoch.members()) {
                if (find(drives, member.number()) == null) {
                    throw new IllegalArgumentException(
                            "epoch " + i + " has member " + member.number() + ", which is no drive");
                }
            }
        }
    }

    /**
     * The map of a new store.
     *
     * @param storeIdHigh first half of the store's id
     * @param storeIdLow second half
     * @param drives its drives
     * @return the map, version 1, with all active drives in the first epoch, and the journal on none of them
     * @throws IllegalArgumentException if the drives make no sense together
     */
    public static DriveMap first(long storeIdHigh, long storeIdLow, List<DriveEntry> drives) {
        return new DriveMap(
                storeIdHigh, storeIdLow, 1, drives, List.of(new PlacementEpoch(0, 0, active(drives))), List.of());
    }

    /**
     * The next map, in which drives are others than before. Objects put from now on are spread among those that are active in it.
     *
     * @param newDrives all drives, those that are unchanged too
     * @param life the life that is now
     * @param counter a counter greater than that of every object that was spread by this map
     * @return the map of the next version; with another epoch only if members or weights have changed
     * @throws IllegalArgumentException if the drives make no sense together, or the counter does not come after the last epoch's
     */
    public DriveMap next(List<DriveEntry> newDrives, int life, long counter) {
        List<PlacementEpoch.Member> members = active(newDrives);
        List<PlacementEpoch> newEpochs = new ArrayList<>(epochs);
        if (!members.equals(newest().members())) {
            newEpochs.add(new PlacementEpoch(life, counter, members));
        }
        return new DriveMap(storeIdHigh, storeIdLow, version + 1, newDrives, newEpochs, stillThere(newDrives));
    }

    /** The drives with the journal, without those that are others now. */
    private List<Integer> stillThere(List<DriveEntry> newDrives) {
        return log.stream()
                .filter(number -> {
                    DriveEntry old = find(drives, number);
                    DriveEntry now = find(newDrives, number);
                    return old != null && now != null && now.isSameDrive(old) && now.role() != DriveRole.REMOVED;
                })
                .toList();
    }

    /** The same under a later version: one that was tried may be on some drives. */
    DriveMap withVersion(long later) {
        return new DriveMap(storeIdHigh, storeIdLow, later, drives, epochs, log);
    }

    /**
     * The next map, in which the journal is on other drives than before.
     *
     * @param numbers the numbers of all drives that have it now, in any order
     * @return the map of the next version
     * @throws IllegalArgumentException if there is no such drive
     */
    public DriveMap withLog(Collection<Integer> numbers) {
        return new DriveMap(
                storeIdHigh,
                storeIdLow,
                version + 1,
                drives,
                epochs,
                numbers.stream().distinct().sorted().toList());
    }

    private static List<PlacementEpoch.Member> active(List<DriveEntry> drives) {
        return drives.stream()
                .filter(drive -> drive.role() == DriveRole.ACTIVE)
                .map(drive -> new PlacementEpoch.Member(drive.number(), drive.weight()))
                .toList();
    }

    /**
     * Finds a drive.
     *
     * @param number its number
     * @return the drive, if there ever was one of that number
     */
    public Optional<DriveEntry> drive(int number) {
        return Optional.ofNullable(find(drives, number));
    }

    private static @Nullable DriveEntry find(List<DriveEntry> drives, int number) {
        int low = 0;
        int high = drives.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            DriveEntry drive = drives.get(middle);
            if (drive.number() == number) {
                return drive;
            }
            if (drive.number() < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    boolean isOfSameStore(DriveMap other) {
        return storeIdHigh == other.storeIdHigh && storeIdLow == other.storeIdLow;
    }

    /**
     * The epoch that new objects belong to.
     *
     * @return the last one
     */
    public PlacementEpoch newest() {
        return epochs.get(epochs.size() - 1);
    }

    /**
     * Finds the epoch of an object.
     *
     * @param life the life in its name
     * @param counter the counter in its name
     * @return the last epoch that had begun by then
     */
    public PlacementEpoch epochOf(int life, long counter) {
        int low = 0;
        int high = epochs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (epochs.get(middle).beginsBy(life, counter)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return epochs.get(low);
    }
}
