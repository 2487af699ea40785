package io.ashlar.pipeline;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The machine's disk, with something to run before each force of a file: it may wait, or throw. */
final class GatedDisk extends ForwardingDisk {
    interface Gate {
        void pass() throws IOException;
    }

    final AtomicInteger forces = new AtomicInteger();
    volatile Gate gate = () -> {};

    GatedDisk() {
        super(new SystemDisk());
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        return new File(super.open(path, mode)) {
            @Override
            public void force() throws IOException {
                gate.pass();
                forces.incrementAndGet();
                super.force();
            }
        };
    }
}
