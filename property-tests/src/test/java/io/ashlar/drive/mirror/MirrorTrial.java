package io.ashlar.drive.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One writer who appends records to a few files, as a journal does, on a mirrored disk over simulated ones that fail, come back and lose
 * power. All of it follows from a seed, on one thread.
 */
final class MirrorTrial implements MirrorRoster {
    static final int PLACES = 6;
    static final int COPIES = 3;
    static final int REQUIRED = 2;
    private static final Path BASE = Path.of("/base");
    private static final Path DIRECTORY = BASE.resolve("journal");
    private static final int RECORDS_A_FILE = 8;
    private static final int RECORD_BYTES = 40;

    private final SplittableRandom random;
    private final SimulatedDisk[] disks = new SimulatedDisk[PLACES + 1];
    /** What the roster says, durably. */
    private List<Integer> recorded = new ArrayList<>();

    private boolean rosterFails;

    /** While a place is filled, the writer goes on. */
    private boolean writesDuringCopy;

    MirroredDisk disk;
    final List<Long> acknowledged = new ArrayList<>();
    private long written;
    private @Nullable DiskFile file;
    private int inFile;
    private int files;
    private boolean failed;

    int crashes;
    int changes;
    int joins;

    MirrorTrial(long seed) throws IOException {
        random = new SplittableRandom(seed);
        for (int place = 1; place <= PLACES; place++) {
            disks[place] = new SimulatedDisk(random.nextLong(), new SimulatedClock(0), 1 << random.nextInt(4, 8));
        }
        disk = open(List.of(1, 2, 3));
        disk.converge();
        disk.createDirectories(DIRECTORY);
    }

    private MirroredDisk open(List<Integer> places) {
        List<Mirror> mirrors = places.stream().map(this::mirror).toList();
        return new MirroredDisk(BASE, mirrors, this, new MirroredDisk.Settings(REQUIRED, 1, 1), new SystemThreads());
    }

    private Mirror mirror(int place) {
        // The copier makes files one after the other; the writer may append in between.
        Disk busy = new ForwardingDisk(disks[place]) {
            @Override
            public DiskFile open(Path path, Mode mode) throws IOException {
                DiskFile opened = super.open(path, mode);
                if (writesDuringCopy && mode == Mode.CREATE && random.nextInt(3) == 0) {
                    writesDuringCopy = false;
                    tryToAppend();
                    writesDuringCopy = true;
                }
                return opened;
            }
        };
        return new Mirror(place, busy, Path.of("/place-" + place), DriveExecutor.INLINE);
    }

    // ---- the roster ------------------------------------------------------------------------------------------------

    @Override
    public void record(List<Integer> places) throws IOException {
        if (!places.equals(recorded)) {
            changes++;
        }
        if (rosterFails) {
            if (random.nextBoolean()) {
                recorded = List.copyOf(places);
            }
            throw new IOException("the roster cannot be written");
        }
        recorded = List.copyOf(places);
    }

    @Override
    public void left(int place, Throwable cause) {
        assertThat(recorded).doesNotContain(place);
    }

    @Override
    public @Nullable Mirror another(Set<Integer> taken) {
        Set<Integer> no = new HashSet<>(taken);
        int from = random.nextInt(PLACES);
        for (int i = 0; i < PLACES; i++) {
            int place = 1 + (from + i) % PLACES;
            if (!no.contains(place)) {
                return mirror(place);
            }
        }
        return null;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    void step() throws IOException {
        int what = random.nextInt(100);
        if (what < 70) {
            tryToAppend();
        } else if (what < 78) {
            breakPlace(1 + random.nextInt(PLACES));
        } else if (what < 86) {
            disks[1 + random.nextInt(PLACES)].faults().clear();
        } else if (what < 92) {
            join();
        } else if (what < 94) {
            rosterFails = !rosterFails;
        } else {
            crashAndReopen();
        }
        if (failed) {
            crashAndReopen();
        }
    }

    private void join() {
        if (disk.places().size() < COPIES + 1) {
            writesDuringCopy = true;
            try {
                joins += disk.join() ? 1 : 0;
            } catch (IOException e) {
                // The places are as they were.
            } finally {
                writesDuringCopy = false;
            }
        }
    }

    void breakPlace(int place) {
        for (Kind kind : List.of(
                Kind.WRITE_FAILURE,
                Kind.FORCE_FAILURE,
                Kind.DIRECTORY_FORCE_FAILURE,
                Kind.RENAME_FAILURE,
                Kind.DELETE_FAILURE)) {
            disks[place].faults().rate(kind, random.nextBoolean() ? 1 : 0.3);
        }
        disks[place].faults().rate(Kind.WRITE_FAILURE, 1);
        if (random.nextBoolean()) {
            disks[place].faults().rate(Kind.READ_FAILURE, 1);
        }
    }

    void rot(int place) {
        for (int i = 0; i < 5; i++) {
            disks[place].rot(random);
        }
    }

    private void crashAndReopen() throws IOException {
        // Whatever is recorded: one place is enough.
        int trusted = recorded.get(random.nextInt(recorded.size()));
        reopen(random, trusted, () -> {});
        check(trusted);
        goOn();
    }

    void crashAndCheckEveryPlace() throws IOException {
        List<Integer> places = recorded;
        SimulatedDisk[] then = disks.clone();
        for (int place : places) {
            System.arraycopy(then, 0, disks, 0, then.length);
            recorded = places;
            reopen(random.split(), place, () -> {});
            check(place);
        }
    }

    private void check(int place) throws IOException {
        List<Long> missing = new ArrayList<>(acknowledged);
        missing.removeAll(read());
        assertThat(missing)
                .as("acknowledged, and not in place %d of %s", place, recorded)
                .isEmpty();
    }

    void reopen(SplittableRandom fate, int trusted, Runnable before) throws IOException {
        crashes++;
        for (int place = 1; place <= PLACES; place++) {
            disks[place] = disks[place].afterCrash(fate);
            disks[place].faults().clear();
        }
        before.run();
        rosterFails = false;
        failed = false;
        file = null;
        disk = open(recorded);
        disk.lead(trusted);
        List<Long> seen = read();
        disk.converge();
        // Nothing that was seen changes by the others becoming equal.
        assertThat(read()).isEqualTo(seen);
    }

    /** The next life: cuts what is torn, and begins a new file. */
    private void goOn() throws IOException {
        acknowledged.clear();
        acknowledged.addAll(read());
        written = Math.max(written, acknowledged.isEmpty() ? 0 : acknowledged.get(acknowledged.size() - 1)) + 1;
        inFile = RECORDS_A_FILE;
    }

    // ---- the writer ------------------------------------------------------------------------------------------------

    private void tryToAppend() {
        if (failed) {
            return;
        }
        try {
            append();
        } catch (IOException e) {
            // As a journal does: nothing may be said any more until the next life.
            failed = true;
        }
    }

    void write() throws IOException {
        append();
        assertThat(failed).isFalse();
    }

    void append() throws IOException {
        DiskFile current = file;
        if (current == null || inFile == RECORDS_A_FILE) {
            current = nextFile();
        }
        long number = ++written;
        current.writeFully(record(number), (long) inFile++ * RECORD_BYTES);
        current.force();
        acknowledged.add(number);
    }

    private DiskFile nextFile() throws IOException {
        Path spare = DIRECTORY.resolve("spare");
        disk.delete(spare);
        DiskFile next = disk.open(spare, Disk.Mode.CREATE);
        next.force();
        disk.rename(spare, DIRECTORY.resolve(String.format("%06d", ++files)));
        disk.forceDirectory(DIRECTORY);
        DiskFile old = file;
        if (old != null) {
            old.close();
        }
        file = next;
        inFile = 0;
        return next;
    }

    private static ByteBuffer record(long number) {
        ByteBuffer bytes = ByteBuffer.allocate(RECORD_BYTES);
        for (int at = 0; at < RECORD_BYTES - 8; at += 8) {
            bytes.putLong(number);
        }
        return bytes.putLong(crc(bytes.array())).flip();
    }

    private static long crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, RECORD_BYTES - 8);
        return crc.getValue();
    }

    /** The records up to the first in each file that is torn; files follow each other. */
    List<Long> read() throws IOException {
        List<Long> all = new ArrayList<>();
        if (!disk.exists(DIRECTORY)) {
            return all;
        }
        for (Disk.DirectoryEntry entry : disk.list(DIRECTORY, "", 10_000)) {
            if (entry.name().equals("spare")) {
                continue;
            }
            try (DiskFile each = disk.open(DIRECTORY.resolve(entry.name()), Disk.Mode.READ)) {
                ByteBuffer bytes = ByteBuffer.allocate(RECORD_BYTES);
                for (int i = 0; each.read(bytes.clear(), (long) i * RECORD_BYTES) == RECORD_BYTES; i++) {
                    if (bytes.getLong(RECORD_BYTES - 8) != crc(bytes.array())) {
                        break;
                    }
                    all.add(bytes.getLong(0));
                }
            }
        }
        return all;
    }
}
