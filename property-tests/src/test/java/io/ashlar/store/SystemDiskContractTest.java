package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.Disk;
import io.ashlar.testkit.DiskContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The machine's own disk keeps the contract that the simulated one keeps. */
class SystemDiskContractTest extends DiskContract {
    @TempDir
    Path temporary;

    @Override
    protected Disk newDisk() {
        return new SystemDisk();
    }

    @Override
    protected Path newDirectory() {
        return temporary.resolve("a/store");
    }
}
