package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ScrubReport;
import io.ashlar.drive.fanout.Caller;
import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.spi.ObjectStat;
import io.ashlar.testkit.SimulatedClock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drives that give no answer, and not even an error. */
@Timeout(60)
class HangingDriveTest {
    private static final int DRIVES = 6;

    @TempDir
    Path directory;

    private final AtomicInteger hanging = new AtomicInteger();
    private final IdleTime idle = new IdleTime(Drives.THREADS, hanging);
    private final Drives.Notes notes = new Drives.Notes();
    private final List<GatedBackend.Gate> gates = new ArrayList<>();
    private final byte[] content = new byte[300_000];
    private DriveSet drives;
    private Placements placements;

    /** For which all time passes. */
    private RedundantBackend backend;

    /** For which it does when nothing else happens. */
    private RedundantBackend hurried;

    @BeforeEach
    void open() throws IOException {
        for (int drive = 0; drive <= DRIVES; drive++) {
            gates.add(new GatedBackend.Gate(hanging));
        }
        DriveSet.Components files = Drives.files();
        drives = DriveSet.create(
                Drives.map(directory, DRIVES),
                new DriveSet.Components(
                        uri -> new GatedBackend(Drives.open(uri), gates.get(number(uri))),
                        files.clock(),
                        files.threads(),
                        new HealthSettings(100, 100, 50, 200),
                        0,
                        false,
                        number -> idle.counted(
                                new DriveQueue(files.threads(), files.clock(), "drive-" + number, 64, 64))));
        placements = new Placements(drives);
        placements.log(notes);
        backend = new RedundantBackend(
                drives, placements, Protection.of(4, 2), Drives.PATIENT, Drives.THREADS, (object, shard) -> {});
        hurried = new RedundantBackend(
                drives, placements, Protection.of(4, 2), Drives.PATIENT, idle, (object, shard) -> {});
        new Random(3).nextBytes(content);
        put("o");
        readAll(backend);
    }

    private void put(String name) throws IOException {
        backend.put(name, ByteBuffer.wrap(content));
        backend.sync(List.of(name));
    }

    private static int number(URI uri) {
        String path = uri.getPath();
        return path.charAt(path.lastIndexOf("drive-") + 6) - '0';
    }

    @AfterEach
    void close() throws IOException {
        gates.forEach(GatedBackend.Gate::open);
        backend.close();
    }

    private void readAll(RedundantBackend from) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(content.length);
        from.read("o", 0, target);
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content));
    }

    private List<Path> shards() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> ShardNames.isShard(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private Path shardOn(int drive) throws IOException {
        return shards().stream()
                .filter(path -> path.startsWith(directory.resolve("drive-" + drive)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldReadFromOthersWhatADriveDoesNotGive() throws IOException {
        for (int drive = 1; drive <= DRIVES; drive++) {
            gates.get(drive).shut(Set.of("read"));
            readAll(backend);
            gates.get(drive).open();
        }
    }

    @Test
    void shouldWaitForWhatNobodyElseHas() throws IOException {
        for (int drive = 1; drive <= 3; drive++) {
            gates.get(drive).shut(Set.of("read"));
        }
        Thread opener = new Thread(() -> gates.forEach(GatedBackend.Gate::open));
        Thread reader = Thread.currentThread();
        Thread watcher = new Thread(() -> {
            // As soon as the reader waits, or is done with what it needs not wait for.
            while (reader.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            opener.start();
        });
        watcher.start();
        readAll(backend);
    }

    @Test
    void shouldReadAnObjectThatNobodyHasReadYet() throws IOException {
        for (int drive = 1; drive <= DRIVES; drive++) {
            gates.get(drive).shut(GatedBackend.EVERYTHING);
            readAll(new RedundantBackend(
                    drives, placements, Protection.of(4, 2), Drives.PATIENT, idle, (object, shard) -> {}));
            gates.get(drive).open();
        }
    }

    @Test
    void shouldLookUpListAndDeleteWithoutADriveThatHangs() throws IOException {
        for (int drive = 1; drive <= DRIVES; drive++) {
            put("next-" + drive);
            gates.get(drive).shut(GatedBackend.EVERYTHING);
            assertThat(hurried.stat("next-" + drive)).map(ObjectStat::sizeBytes).hasValue((long) content.length);
            assertThat(hurried.list("next", "", 10)).map(ObjectStat::name).containsExactly("next-" + drive);
            assertThat(hurried.delete("next-" + drive)).isTrue();
            assertThat(hurried.list("next", "", 10)).isEmpty();
            gates.get(drive).open();
        }
        readAll(hurried);
    }

    @Test
    void shouldFindWhatIsElsewhereWithoutADriveThatHangs() throws IOException {
        Placement right = Placements.byName(placements.order("o"), DRIVES);
        int[] rotated = new int[DRIVES];
        for (int shard = 0; shard < DRIVES; shard++) {
            rotated[shard] = right.drive((shard + 1) % DRIVES);
        }
        for (int drive = 1; drive <= DRIVES; drive++) {
            notes.record("o", Placement.of(rotated));
            gates.get(drive).shut(GatedBackend.EVERYTHING);
            readAll(new RedundantBackend(
                    drives, placements, Protection.of(4, 2), Drives.PATIENT, idle, (object, shard) -> {}));
            gates.get(drive).open();
        }
    }

    @Test
    void shouldMendWithoutADriveThatHangs() throws IOException {
        Files.delete(shardOn(2));
        gates.get(5).shut(GatedBackend.EVERYTHING);
        Repairer.Outcome outcome = hurried.repairer(60_000).mend("o", Repairer.Effort.THOROUGH, bytes -> {});
        assertThat(outcome.made()).isEqualTo(1);
        assertThat(outcome.missing()).isEqualTo(1);
        assertThat(shardOn(2)).exists();
    }

    @Test
    void shouldGiveUpMakingAShardOnADriveThatHangs() throws IOException {
        Files.delete(shardOn(2));
        gates.get(2).shut(Set.of("put"));
        Repairer repairer = hurried.repairer(60_000);
        assertThatThrownBy(() -> repairer.mend("o", Repairer.Effort.QUICK, bytes -> {}))
                .isInstanceOf(Caller.NoAnswerException.class);
        gates.get(2).open();
        assertThat(repairer.mend("o", Repairer.Effort.QUICK, bytes -> {}).isWhole())
                .isTrue();
        assertThat(repairer.mend("o", Repairer.Effort.THOROUGH, bytes -> {}).made())
                .isZero();
    }

    @Test
    void shouldScrubWithoutADriveThatHangs() throws IOException {
        gates.get(3).shut(GatedBackend.EVERYTHING);
        Scrub scrub = new Scrub(
                drives,
                placements,
                hurried,
                Menders.alone(hurried.repairer(60_000), Drives.THREADS),
                "",
                Repairer.Effort.THOROUGH,
                bytes -> {});
        while (scrub.step()) {
            // Goes on.
        }
        ScrubReport report = scrub.report(true);
        assertThat(report.objects()).isEqualTo(1);
        assertThat(report.incomplete()).isEqualTo(1);
    }

    @Test
    void shouldNotWaitForAProbeAndTakeADriveThatHangsInItForOffline() throws IOException {
        SimulatedClock clock = new SimulatedClock(0);
        Healer healer = new Healer(drives, placements, new RepairQueue(10), hurried.repairer(60_000), clock, 100);
        Drive drive = drives.drive(4);
        drive.health().forceFailed(new IOException("once"));
        assertThat(drive.state()).isEqualTo(DriveState.SUSPECT);
        gates.get(4).shut(GatedBackend.EVERYTHING);
        // The health of drives goes by real time, and a probe is soon due.
        assertThat(Drives.THREADS.await(
                        () -> {
                            healer.step(bytes -> {});
                            return hanging.get() > 0;
                        },
                        30_000_000_000L))
                .isTrue();
        healer.step(bytes -> {});
        assertThat(drive.state()).isEqualTo(DriveState.SUSPECT);
        clock.advanceMillis(60_000);
        healer.step(bytes -> {});
        assertThat(drive.state()).isEqualTo(DriveState.OFFLINE);
        gates.get(4).open();
        assertThat(Drives.THREADS.await(
                        () -> {
                            healer.step(bytes -> {});
                            return drive.state() == DriveState.ONLINE;
                        },
                        30_000_000_000L))
                .isTrue();
    }
}
