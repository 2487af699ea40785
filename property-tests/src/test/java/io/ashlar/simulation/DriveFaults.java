package io.ashlar.simulation;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ForwardingDisk;
import io.ashlar.testkit.SimulatedClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A disk on which some directories are drives of their own, of which one after the other has something wrong with it. */
final class DriveFaults extends ForwardingDisk {
    static final Path DRIVES = Path.of("/drives");

    /** What is wrong with a drive. */
    enum Harm {
        NONE,
        /** Nothing answers. */
        DEAD,
        /** Many calls fail. */
        FAILING,
        /** Takes nothing more. */
        FULL,
        /** Every call takes seconds. */
        SLOW
    }

    private static final long SLOW_NANOS = 3_000_000_000L;

    private final SimulatedClock clock;
    private final SplittableRandom random;
    private final Harm[] harms;

    DriveFaults(Disk disk, SimulatedClock clock, SplittableRandom random, Harm[] harms) {
        super(disk);
        this.clock = clock;
        this.random = random;
        this.harms = harms;
    }

    static Path drive(int number) {
        return DRIVES.resolve("" + number);
    }

    private void call(Path path, boolean write) throws IOException {
        if (!path.startsWith(DRIVES) || path.getNameCount() < 2) {
            return;
        }
        int number = Integer.parseInt(path.getName(1).toString());
        switch (harms[number]) {
            case DEAD -> throw new IOException("drive " + number + " is dead");
            case FAILING -> {
                if (random.nextInt(3) == 0) {
                    throw new IOException("drive " + number + " fails now and then");
                }
            }
            case FULL -> {
                if (write) {
                    throw new DiskFullException("drive " + number + " is full");
                }
            }
            case SLOW -> clock.advanceNanos(SLOW_NANOS);
            case NONE -> {
                // All is well.
            }
        }
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        call(path, mode == Mode.CREATE);
        return new Faulty(super.open(path, mode), path);
    }

    private final class Faulty extends ForwardingDisk.File {
        private final Path path;

        Faulty(DiskFile file, Path path) {
            super(file);
            this.path = path;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            call(path, false);
            return super.read(target, position);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            call(path, true);
            return super.write(source, position);
        }

        @Override
        public void force() throws IOException {
            call(path, false);
            super.force();
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call(from, false);
        super.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        call(path, false);
        return super.delete(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        call(path, false);
        return super.exists(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        call(directory, true);
        super.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        call(directory, false);
        super.forceDirectory(directory);
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        call(directory, false);
        return super.list(directory, after, limit);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        call(path, false);
        return isFull(path) ? 0 : super.usableBytes(path);
    }

    private boolean isFull(Path path) {
        return path.startsWith(DRIVES)
                && path.getNameCount() > 1
                && harms[Integer.parseInt(path.getName(1).toString())] == Harm.FULL;
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        call(path, false);
        return super.stat(path);
    }
}
