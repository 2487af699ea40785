package io.ashlar.benchmarks;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;

/** A disk whose forces cost nothing and do nothing: what is left is what the engine itself takes. */
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
