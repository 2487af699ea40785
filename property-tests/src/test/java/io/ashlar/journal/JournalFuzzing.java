package io.ashlar.journal;

import static io.ashlar.fuzz.Seeds.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.fuzz.FuzzTarget;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFullException;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Journals: the headers of segments, frames, and what recovery makes of all of them together. */
public final class JournalFuzzing {
    static final Path DIRECTORY = Path.of("/journal");
    static final long HIGH = 0x1122334455667788L;
    static final long LOW = 0x99AABBCCDDEEFF00L;
    private static final JournalSettings TINY = new JournalSettings(8 << 10, 1 << 20, 100_000, 0);

    /** The tag of an input: whether damage is to be cut away. */
    private static final int SALVAGE = 1;

    private JournalFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (int lives = 1; lives <= 3; lives++) {
            byte[] journal = FuzzedSegments.packed(written(lives));
            seeds.add(tagged(0, journal));
            seeds.add(tagged(SALVAGE, journal));
        }
        return List.of(
                new FuzzTarget("journal", seeds, JournalFuzzing::recover),
                new FuzzTarget(
                        "journal-file-name",
                        List.of(
                                "0000000000000001.seg".getBytes(StandardCharsets.UTF_8),
                                "spare-00000000000000ff.tmp".getBytes(StandardCharsets.UTF_8)),
                        JournalFuzzing::fileName));
    }

    static SimulatedDisk disk() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1, new SimulatedClock(0));
        disk.createDirectories(DIRECTORY);
        return disk;
    }

    /** A journal of so many lives, in each a small record and one that goes over several segments. */
    private static SimulatedDisk written(int lives) throws IOException {
        SimulatedDisk disk = disk();
        Journal journal = Journal.create(disk, DIRECTORY, TINY, HIGH, LOW);
        for (int life = 1; life <= lives; life++) {
            journal.append(7, ByteBuffer.wrap(new byte[] {1, 2, 3}), false);
            journal.write();
            journal.force();
            journal.append(8, ByteBuffer.wrap(new byte[life == 2 ? 6000 : 60]), false);
            journal.append(9, ByteBuffer.wrap(new byte[100]), false);
            journal.write();
            journal.force();
            if (life < lives) {
                // Without closing in good order, so that there is no seal, but for the last one.
                disk = disk.processKilled();
                try (JournalRecovery recovery = recovery(disk, false)) {
                    recovery.replay((sequence, type, payload, position) -> {});
                    journal = recovery.startLife();
                }
            }
        }
        journal.close();
        return disk;
    }

    private static JournalRecovery recovery(SimulatedDisk disk, boolean salvage) {
        return new JournalRecovery(disk, DIRECTORY, TINY, HIGH, LOW, ReplayPoint.BEGINNING, salvage);
    }

    private static boolean recover(byte[] input) throws IOException {
        if (input.length == 0) {
            return false;
        }
        boolean salvage = (input[0] & SALVAGE) != 0;
        SimulatedDisk disk = disk();
        FuzzedSegments.unpack(Arrays.copyOfRange(input, 1, input.length), disk);
        List<String> records = new ArrayList<>();
        try (JournalRecovery recovery = recovery(disk, salvage)) {
            recovery.replay(into(records));
            recovery.startLife().close();
        } catch (DamagedException | UnsupportedFormatException e) {
            assertThat(e.getMessage()).contains("journal");
            return false;
        } catch (DiskFullException | JournalFullException e) {
            return false;
        }
        // What was recovered is a journal again, with the same records and nothing to complain of.
        List<String> again = new ArrayList<>();
        try (JournalRecovery recovery = recovery(disk, false)) {
            recovery.replay(into(again));
        }
        assertThat(again).isEqualTo(records);
        return true;
    }

    private static JournalVisitor into(List<String> records) {
        return (sequence, type, payload, position) -> {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            records.add(sequence + ":" + type + ":" + Arrays.hashCode(bytes) + "@" + position);
        };
    }

    private static boolean fileName(byte[] input) throws IOException {
        String name = new String(input, StandardCharsets.UTF_8);
        SimulatedDisk disk = disk();
        try {
            if (DIRECTORY.resolve(name).getNameCount() != 2) {
                return false;
            }
            disk.open(DIRECTORY.resolve(name), Disk.Mode.CREATE).close();
        } catch (IllegalArgumentException | IOException e) {
            return false; // no name for a file
        }
        SegmentFiles files = new SegmentFiles(disk, DIRECTORY);
        SegmentFiles.Listing listing = files.list();
        for (long segment : listing.segments()) {
            assertThat(files.segment(segment)).isEqualTo(DIRECTORY.resolve(name));
        }
        for (SegmentFiles.Spare spare : listing.spares()) {
            assertThat(files.spare(spare.number())).isEqualTo(DIRECTORY.resolve(name));
        }
        return !listing.segments().isEmpty() || !listing.spares().isEmpty();
    }
}
