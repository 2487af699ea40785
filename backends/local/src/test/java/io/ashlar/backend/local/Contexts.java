package io.ashlar.backend.local;

import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemEntropy;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.Disk;

final class Contexts {

    private Contexts() {}

    static BackendContext system(boolean readOnly) {
        return on(new SystemDisk(), readOnly);
    }

    static BackendContext on(Disk disk, boolean readOnly) {
        return new BackendContext(disk, new SystemClock(), new SystemThreads(), new SystemEntropy(), readOnly);
    }
}
