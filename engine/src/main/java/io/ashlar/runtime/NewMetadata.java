package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.drive.DriveStore;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.journal.Journal;
import io.ashlar.spi.Disk;
import java.io.IOException;

/** The superblocks and the journal of a store whose catalog was made anew. From the first superblock on there is a store. */
final class NewMetadata {
    private NewMetadata() {}

    /**
     * Writes them, the journal first: a superblock without one would be a store that has lost its journal.
     *
     * @param like what the superblock is to say but for the manifest and, if there are drives, the store's id, which they know
     * @param life the life that the journal begins with
     * @param manifest the manifest of the catalog, durable
     */
    static void write(
            StorePlaces places,
            StoreFiles files,
            EngineSettings settings,
            Superblock like,
            int life,
            StoredObject manifest)
            throws IOException {
        MirroredDisk mirrors = places.mirrors();
        if (mirrors != null) {
            mirrors.converge();
        }
        DriveStore drives = places.drives();
        long[] id = drives == null ? new long[] {like.storeIdHigh(), like.storeIdLow()} : drives.storeId();
        Superblock first = new Superblock(
                id[0],
                id[1],
                like.features(),
                like.counter(),
                like.createdMillis(),
                like.pageBytes(),
                like.hash(),
                manifest);
        places.confirm(first);
        Disk log = places.log();
        try (Journal journal =
                Journal.create(log, files.journal(), Recovery.journalSettings(settings), id[0], id[1], life)) {
            SuperblockStore superblocks = SuperblockStore.create(log, files.directory(), first);
            // Two copies from the beginning, so that one of them may be damaged.
            superblocks.write(first.next(manifest));
        }
    }
}
