package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.SimulatedClock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives with little room: four of them, and objects of three shards. */
class LowDriveTest {
    private static final int DRIVES = 4;
    private static final int OBJECTS = 20;

    @TempDir
    Path directory;

    private final SimulatedClock clock = new SimulatedClock(0);
    private final Drives.Notes notes = new Drives.Notes();
    private final List<GatedBackend.Gate> gates = new ArrayList<>();
    private DriveSet drives;
    private Placements placements;
    private RedundantBackend backend;
    private Healer healer;
    private int names;

    @BeforeEach
    void open() throws IOException {
        for (int drive = 0; drive <= DRIVES; drive++) {
            gates.add(new GatedBackend.Gate(new AtomicInteger()));
        }
        drives = DriveSet.create(Drives.map(directory, DRIVES), Drives.inline(this::open, clock));
        placements = new Placements(drives);
        placements.log(notes);
        backend = new RedundantBackend(
                drives, placements, Protection.of(2, 1), Drives.PATIENT, Drives.THREADS, (object, shard) -> {});
        healer = new Healer(drives, placements, new RepairQueue(100), backend.repairer(60_000), clock, 100);
    }

    private ExtentBackend open(URI uri) throws IOException {
        String path = uri.getPath();
        int number = path.charAt(path.lastIndexOf("drive-") + 6) - '0';
        return new GatedBackend(Drives.open(uri), gates.get(number));
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
    }

    private void has(int drive, long freeBytes) {
        gates.get(drive).freeBytes(freeBytes);
        clock.advanceMillis(11_000);
        healer.step(bytes -> {});
    }

    private void put() throws IOException {
        for (int i = 0; i < OBJECTS; i++) {
            String name = "o-" + names++;
            backend.put(name, ByteBuffer.wrap(new byte[1_000]));
            backend.sync(List.of(name));
        }
    }

    private void readAll() throws IOException {
        for (int i = 0; i < names; i++) {
            assertThat(backend.read("o-" + i, 0, ByteBuffer.allocate(2_000))).isEqualTo(1_000);
        }
    }

    private long shardsOn(int drive) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("drive-" + drive))) {
            return files.filter(file -> ShardNames.isShard(String.valueOf(file.getFileName())))
                    .count();
        }
    }

    @Test
    void shouldPassOverADriveWithLittleRoomAndTakeItBack() throws IOException {
        put();
        long before = shardsOn(2);
        assertThat(before).isPositive();
        has(2, Drives.LOW_SPACE_BYTES - 1);
        assertThat(drives.drive(2).state()).isEqualTo(DriveState.ONLINE);
        put();
        assertThat(shardsOn(2)).isEqualTo(before);
        readAll();
        // Nothing is owed: others have it.
        assertThat(notes.list("", 1_000))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.placement().owed()).isZero());
        has(2, Drives.LOW_SPACE_BYTES + 1);
        put();
        assertThat(shardsOn(2)).isEqualTo(before);
        has(2, 2 * Drives.LOW_SPACE_BYTES);
        put();
        assertThat(shardsOn(2)).isGreaterThan(before);
        readAll();
    }

    @Test
    void shouldStillGiveItWhatNobodyElseCanTake() throws IOException {
        has(2, 0);
        drives.drive(3).health().gone(new IOException("pulled out"));
        put();
        // Three drives are left for three shards.
        assertThat(shardsOn(2)).isEqualTo(OBJECTS);
        // Without the clock: the third drive would be found to be well.
        for (int drive : new int[] {1, 4}) {
            gates.get(drive).freeBytes(0);
            drives.drive(drive).askRoom();
            assertThat(drives.drive(drive).isWelcoming()).isFalse();
        }
        put();
        assertThat(shardsOn(2)).isEqualTo(2 * OBJECTS);
        readAll();
    }

    @Test
    void shouldMendOntoDrivesWithRoomFirst() throws IOException {
        has(2, 0);
        put();
        for (int i = 0; i < names; i++) {
            Placement placement = placements.remembered("o-" + i) == null
                    ? Placements.byName(placements.order("o-" + i), 3)
                    : placements.remembered("o-" + i);
            assertThat(placement.uses(2)).isFalse();
            drives.drive(placement.drive(1)).delete(ShardNames.of("o-" + i, 1));
            assertThat(backend.repairer(60_000)
                            .mend("o-" + i, Repairer.Effort.REBALANCE, bytes -> {})
                            .isWhole())
                    .isTrue();
        }
        assertThat(shardsOn(2)).isZero();
        has(2, Long.MAX_VALUE);
        for (int i = 0; i < names; i++) {
            backend.repairer(60_000).mend("o-" + i, Repairer.Effort.REBALANCE, bytes -> {});
        }
        assertThat(shardsOn(2)).isPositive();
        readAll();
    }

    @Test
    void shouldNoticeBetweenTwoQuestionsWhatWasPut() throws IOException {
        gates.get(2).freeBytes(0);
        byte[] large = new byte[400_000];
        backend.put("large", ByteBuffer.wrap(large));
        backend.sync(List.of("large"));
        boolean used = shardsOn(2) > 0;
        put();
        assertThat(drives.drive(2).room().isLow()).isEqualTo(used);
        assertThat(Placements.byName(placements.order("large"), 3).uses(2)).isEqualTo(used);
    }
}
