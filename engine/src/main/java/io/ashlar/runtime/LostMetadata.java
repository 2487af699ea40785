package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.DriveStatus;
import io.ashlar.StorageException;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.drive.DriveStore;
import io.ashlar.journal.Journal;
import io.ashlar.spi.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that a store's metadata is gone before other metadata is made: what is there is worth more than what can be made. Look at
 * each place with {@link #look}, then {@link #require}. For one thread.
 */
final class LostMetadata {
    private final StoreFiles files;
    private @Nullable DamagedException inTheWay;

    LostMetadata(StoreFiles files) {
        this.files = files;
    }

    /**
     * Looks for superblocks and a journal.
     *
     * @param disk where to look
     * @param where where that is, for messages
     * @throws StorageException if there is a superblock that can be read; what is there otherwise is told later
     */
    void look(Disk disk, String where) throws IOException {
        Path directory = files.directory();
        if (SuperblockStore.exists(disk, directory)) {
            try {
                SuperblockStore.load(disk, directory);
            } catch (DamagedException e) {
                inTheWay = new DamagedException(
                        "there are superblocks of " + directory + where
                                + ", but neither can be read. Restore one of them"
                                + " from a backup; if there is none, move superblock-a, superblock-b and the directory"
                                + " journal away from there and begin again. Nothing was changed",
                        e);
                return;
            }
            throw new StorageException("the store in " + directory + " has its superblocks" + where
                    + ": open it, and salvage if its journal is damaged; a catalog that is rebuilt knows less."
                    + " Nothing was changed");
        }
        if (inTheWay == null && Journal.exists(disk, files.journal())) {
            inTheWay = new DamagedException("the store in " + directory + " has a journal" + where
                    + " but no superblock. Restore superblock-a or superblock-b from a backup; if there is none, move"
                    + " the directory journal away from there and begin again, which gives up what only it knows."
                    + " Nothing was changed");
        }
    }

    /** Refuses if there was anything. */
    void require() {
        if (inTheWay != null) {
            throw inTheWay;
        }
    }

    /**
     * Refuses if drives do not answer that may have what is looked for.
     *
     * @param drives the drives
     * @param salvage whether that is no matter
     */
    static void requireDrives(DriveStore drives, boolean salvage) {
        if (salvage) {
            return;
        }
        List<Integer> logs = drives.silentLogs();
        if (!logs.isEmpty()) {
            throw new StorageException(
                    "drives " + logs + " have copies of the journal and do not answer: bring one of them"
                            + " back and open the store; or, if they are lost, salvage what is left. Nothing was changed");
        }
        List<Integer> offline = drives.status().stream()
                .filter(drive -> drive.state() == DriveStatus.State.OFFLINE)
                .map(DriveStatus::number)
                .toList();
        if (offline.size() > drives.redundancy().parityShards()) {
            throw new StorageException("drives " + offline + " do not answer, and the loss of "
                    + drives.redundancy().parityShards()
                    + " can be made up for: bring some of them back; or, if they are lost, salvage what is left."
                    + " Nothing was changed");
        }
    }
}
