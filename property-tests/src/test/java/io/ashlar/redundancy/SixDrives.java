package io.ashlar.redundancy;

import io.ashlar.EngineSettings;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import io.ashlar.drive.LostDrive;
import io.ashlar.spi.Disk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store over six directories, 4+2. Its quorum is 4: with two of six away no put could be acknowledged at more. An extent that was
 * just put may lack shards until they are made, and is promised nothing before.
 */
final class SixDrives {
    static final int DRIVES = 6;
    static final int DATA = 4;
    static final int PARITY = 2;
    static final Redundancy REDUNDANCY = Redundancy.of(DATA, PARITY).withQuorum(DATA);

    private final Path directory;

    SixDrives(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    Path drive(int number) {
        return directory.resolve("drive-" + number);
    }

    URI place(int number) {
        return drive(number).toUri();
    }

    /** Opens the store, or creates it, on the drives of these numbers. */
    StorageEngine open(@Nullable Disk disk, EngineSettings settings, List<Integer> drives) {
        List<URI> places = new ArrayList<>();
        for (int drive : drives) {
            places.add(place(drive));
        }
        return StorageEngine.builder(directory.resolve("store"))
                .settings(settings)
                .seams(disk, null, null, null)
                .drives(REDUNDANCY, places)
                .open();
    }

    StorageEngine open() {
        return open(null, EngineSettings.defaults(), all());
    }

    static List<Integer> all() {
        List<Integer> all = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            all.add(drive);
        }
        return all;
    }

    /** Pulls a drive: its directory is gone from one moment to the next. */
    void lose(int number) throws IOException {
        LostDrive.lose(drive(number));
    }

    static StoreDrives drives(StorageEngine engine) {
        return engine.drives().orElseThrow();
    }
}
