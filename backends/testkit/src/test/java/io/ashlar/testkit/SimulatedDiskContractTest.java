package io.ashlar.testkit;

import io.ashlar.spi.Disk;
import java.nio.file.Path;

class SimulatedDiskContractTest extends DiskContract {

    @Override
    protected Disk newDisk() {
        return new SimulatedDisk(1, new SimulatedClock(1_700_000_000_000L));
    }

    @Override
    protected Path newDirectory() {
        return Path.of("/data/store");
    }
}
