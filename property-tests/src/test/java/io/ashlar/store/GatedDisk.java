package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The machine's disk behind a gate that may refuse operations, or hold them up. Safe for use by many threads, if the gate is. */
final class GatedDisk extends ForwardingDisk {
    /** What is about to happen. */
    enum Operation {
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** Lets an operation pass, or throws. */
    @FunctionalInterface
    interface Gate {
        void pass(Operation operation, Path path) throws IOException;
    }

    volatile Gate gate = (operation, path) -> {};

    /** What the disk says is free; negative to ask the real one. */
    volatile long usableBytes = -1;

    GatedDisk() {
        super(new SystemDisk());
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        gate.pass(mode == Mode.CREATE ? Operation.CREATE : Operation.OPEN, path);
        return new File(super.open(path, mode)) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                gate.pass(Operation.READ, path);
                return super.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                gate.pass(Operation.WRITE, path);
                return super.write(source, position);
            }

            @Override
            public void force() throws IOException {
                gate.pass(Operation.FORCE, path);
                super.force();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        gate.pass(Operation.RENAME, to);
        super.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        gate.pass(Operation.DELETE, path);
        return super.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        gate.pass(Operation.FORCE_DIRECTORY, directory);
        super.forceDirectory(directory);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        long said = usableBytes;
        return said < 0 ? super.usableBytes(path) : said;
    }
}
