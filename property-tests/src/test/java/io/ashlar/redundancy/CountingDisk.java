package io.ashlar.redundancy;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's disk, which counts what is read of objects on drives for callers: what the healer reads is another account. */
final class CountingDisk extends ForwardingDisk {
    private static final String HEALER = "ashlar-healer";

    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    CountingDisk() {
        super(new SystemDisk());
    }

    long calls() {
        return calls.get();
    }

    long bytes() {
        return bytes.get();
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        DiskFile file = super.open(path, mode);
        // drive-3/objects/5f/e-…!02
        boolean counted = path.getNameCount() > 3
                && path.getName(path.getNameCount() - 3).toString().equals("objects");
        if (!counted) {
            return file;
        }
        return new File(file) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                int read = super.read(target, position);
                if (read > 0 && !Thread.currentThread().getName().startsWith(HEALER)) {
                    calls.incrementAndGet();
                    bytes.addAndGet(read);
                }
                return read;
            }
        };
    }
}
