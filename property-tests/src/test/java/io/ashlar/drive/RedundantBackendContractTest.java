package io.ashlar.drive;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.ExtentBackendContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Several drives keep to the contract of one backend. */
class RedundantBackendContractTest extends ExtentBackendContract {
    @TempDir
    Path directory;

    private Drives.@Nullable Notes notes;

    @Override
    protected ExtentBackend open() throws IOException {
        DriveSet drives;
        if (notes == null) {
            notes = new Drives.Notes();
            drives = DriveSet.create(Drives.map(directory, 5), Drives.files());
        } else {
            drives = DriveSet.open(List.of(Drives.uri(directory, 2)), Drives.files());
        }
        Placements placements = new Placements(drives);
        placements.log(notes);
        return new RedundantBackend(
                drives, placements, Protection.of(3, 2), Drives.PATIENT, Drives.THREADS, (object, shard) -> {});
    }

    @Override
    protected boolean survivesReopen() {
        return true;
    }

    @Override
    protected boolean locksOutOthers() {
        return false;
    }

    @Override
    protected boolean takesParts() {
        return false;
    }

    @Override
    protected int listedObjects() {
        return 300;
    }
}
