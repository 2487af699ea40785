package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;

/** The machine's disk, but nothing is forced: for tests of threads, which would spend their time waiting for it. */
final class UnforcedDisk extends ForwardingDisk {
    UnforcedDisk() {
        super(new SystemDisk());
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        return new File(super.open(path, mode)) {
            @Override
            public void force() {}
        };
    }

    @Override
    public void forceDirectory(Path directory) {}
}
