package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DriveStatus;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoragePolicy;
import io.ashlar.StoreDrives;
import io.ashlar.StorePolicies;
import io.ashlar.drive.LostDrive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store over six drives. */
class DrivesTest {
    private static final Redundancy FOUR_AND_TWO = Redundancy.of(4, 2);
    private static final long NOTICED_NANOS = 120_000_000_000L;

    @TempDir
    Path directory;

    private final Random random = new Random(5);
    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();
    private Path store;

    @BeforeEach
    void place() {
        store = directory.resolve("store");
    }

    private List<URI> places(int count) {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= count; drive++) {
            places.add(place(drive));
        }
        return places;
    }

    private URI place(int drive) {
        return directory.resolve("drive-" + drive).toUri();
    }

    private StorageEngine open(Redundancy redundancy, int drives) {
        EngineSettings settings = EngineSettings.defaults()
                .withJournalSegmentBytes(1 << 20)
                .withGcGraceMillis(0)
                .withOrphanGraceMillis(0);
        return StorageEngine.builder(store)
                .settings(settings)
                .drives(redundancy, places(drives))
                .open();
    }

    private void put(StorageEngine engine, int count) {
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[random.nextInt(3) == 0 ? random.nextInt(2_000_000) : random.nextInt(60_000)];
            random.nextBytes(content);
            contents.put(engine.extents().put(content), content);
        }
    }

    private void readAll(StorageEngine engine) {
        contents.forEach((id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
    }

    private static void wipe(URI place) throws IOException {
        LostDrive.lose(Path.of(place));
    }

    @Test
    void shouldNotNoticeTheLossOfTwoDrivesAndThenOfTwoOthers() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(4), 6)) {
            put(engine, 30);
            engine.checkpoint();
            readAll(engine);
            wipe(place(2));
            wipe(place(5));
            readAll(engine);
            put(engine, 20);
            engine.checkpoint();
            readAll(engine);
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(drives.list())
                    .filteredOn(drive -> drive.state() == DriveStatus.State.OFFLINE)
                    .extracting(DriveStatus::number)
                    .containsExactly(2, 5);
            drives.replace(2, place(2));
            drives.replace(5, place(5));
            ScrubReport report = drives.scrub("", true, Long.MAX_VALUE, (phase, done, total) -> true);
            assertThat(report.clean()).isTrue();
            wipe(place(1));
            wipe(place(3));
            readAll(engine);
        }
        try (StorageEngine engine = StorageEngine.open(store)) {
            readAll(engine);
            assertThat(engine.fsck(Long.MAX_VALUE, (phase, done, total) -> true).problems())
                    .isZero();
        }
    }

    @Test
    void shouldRememberWhatIsOwedWhenItIsOpenedAgain() throws IOException {
        open(FOUR_AND_TWO.withQuorum(4), 6).close();
        wipe(place(6));
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(4), 6)) {
            put(engine, 10);
            engine.checkpoint();
            put(engine, 10);
            readAll(engine);
        }
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(4), 1)) {
            readAll(engine);
            StoreDrives drives = engine.drives().orElseThrow();
            drives.replace(6, place(7));
            ScrubReport report = drives.scrub("", false, Long.MAX_VALUE, (phase, done, total) -> true);
            assertThat(report.clean()).isTrue();
            assertThat(report.shardsMade()).isPositive();
            wipe(place(1));
            wipe(place(2));
            readAll(engine);
        }
    }

    @Test
    void shouldCollectWhatLiesOnDrives() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO, 6)) {
            put(engine, 20);
            contents.keySet().forEach(id -> engine.extents().release(id));
            engine.collect(false, (phase, done, total) -> true);
            engine.checkpoint();
            engine.checkpoint();
            engine.collect(false, (phase, done, total) -> true);
            assertThat(engine.statistics().extents()).isZero();
        }
        for (int drive = 1; drive <= 6; drive++) {
            assertThat(Stores.files(Path.of(place(drive)), "e-x"))
                    .noneMatch(file -> String.valueOf(file.getFileName()).startsWith("e-"));
        }
    }

    @Test
    void shouldUseADriveThatIsAdded() {
        try (StorageEngine engine = open(Redundancy.copies(2), 2)) {
            put(engine, 10);
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(drives.add(place(3), "", 1)).isEqualTo(3);
            put(engine, 30);
            readAll(engine);
        }
        try (StorageEngine engine = StorageEngine.open(store)) {
            readAll(engine);
            assertThat(engine.drives().orElseThrow().list()).hasSize(3);
        }
        assertThat(Path.of(place(3)).resolve("objects")).isNotEmptyDirectory();
    }

    @Test
    void shouldMoveEverythingAwayFromADriveThatIsDrained() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(4), 7)) {
            put(engine, 20);
            engine.checkpoint();
            StoreDrives drives = engine.drives().orElseThrow();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> drives.remove(3))
                    .withMessageContaining("drain it first");
            ScrubReport report = drives.drain(3, Long.MAX_VALUE, (phase, done, total) -> true);
            assertThat(report.clean()).isTrue();
            assertThat(report.shardsMoved()).isPositive();
            drives.remove(3);
            assertThat(Stores.files(Path.of(place(3)), "!")).isEmpty();
            assertThat(drives.list().get(2).state()).isEqualTo(DriveStatus.State.REMOVED);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> drives.drain(4, Long.MAX_VALUE, (phase, done, total) -> true))
                    .withMessageContaining("add another one first");
            put(engine, 5);
            wipe(place(3));
            wipe(place(1));
            wipe(place(6));
            readAll(engine);
        }
        try (StorageEngine engine = StorageEngine.open(store)) {
            readAll(engine);
        }
    }

    @Test
    void shouldMoveAsLittleAsPossibleToADriveThatIsAdded() throws IOException {
        try (StorageEngine engine = open(Redundancy.copies(2), 4)) {
            put(engine, 60);
            engine.checkpoint();
            StoreDrives drives = engine.drives().orElseThrow();
            drives.add(place(5), "", 1);
            ScrubReport report = drives.rebalance("", Long.MAX_VALUE, (phase, done, total) -> true);
            assertThat(report.clean()).isTrue();
            // A fifth of all shards, give or take.
            assertThat(report.shardsMoved() / (2.0 * report.objects())).isBetween(0.05, 0.4);
            long onNew = Stores.files(Path.of(place(5)), "!").size();
            assertThat(onNew).isEqualTo(report.shardsMoved());
            readAll(engine);
            assertThat(drives.rebalance("", Long.MAX_VALUE, (phase, done, total) -> true)
                            .shardsMoved())
                    .isZero();
        }
    }

    @Test
    void shouldRefuseDrivesThatAreOfNoUse() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(FOUR_AND_TWO, 5))
                .withMessageContaining("need as many drives");
        open(FOUR_AND_TWO, 6).close();
        Path other = directory.resolve("other");
        StorageEngine.builder(other)
                .backend(directory.resolve("extents").toUri())
                .open()
                .close();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> StorageEngine.builder(other)
                        .drives(FOUR_AND_TWO, places(6))
                        .open())
                .withMessageContaining("belongs to another store");
    }

    @Test
    void shouldNotTakeAStoreOverDrivesForOneInOnePlace() throws IOException {
        int journal;
        try (StorageEngine engine = open(FOUR_AND_TWO, 6)) {
            journal = journals(engine.drives().orElseThrow()).get(0);
        }
        // As if its journal were in its directory, as it is where drives cannot hold files, and the list of the drives
        // were lost.
        Path moved = directory.resolve("moved");
        copy(Path.of(place(journal)).resolve("files"), moved);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> StorageEngine.open(moved))
                .withMessageContaining("are on drives");
        assertThat(moved.resolve("extents")).doesNotExist();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path next, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(next)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void shouldOpenFromWhateverDrivesAreLeft() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(6), 6)) {
            put(engine, 10);
            engine.checkpoint();
            put(engine, 10);
            List<Integer> journals = engine.drives().orElseThrow().list().stream()
                    .filter(DriveStatus::journal)
                    .map(DriveStatus::number)
                    .toList();
            assertThat(journals).hasSize(3);
            assertThat(store.resolve("journal")).doesNotExist();
            // As a power failure would leave it; every put has been acknowledged.
            for (int first = 1; first <= 6; first++) {
                for (int second = first + 1; second <= 6; second++) {
                    if (journals.contains(first) || journals.contains(second) || first == 1) {
                        openWithout(first, second);
                    }
                }
            }
        }
    }

    private void openWithout(int first, int second) throws IOException {
        Path copy = directory.resolve("copy-" + first + "-" + second);
        List<URI> left = new ArrayList<>();
        for (int drive = 1; drive <= 6; drive++) {
            if (drive != first && drive != second) {
                Path place = copy.resolve("drive-" + drive);
                copy(Path.of(place(drive)), place);
                left.add(place.toUri());
            }
        }
        // The places that the drives themselves know are those of the original, which is open.
        try (StorageEngine engine = StorageEngine.builder(copy.resolve("store"))
                .drives(FOUR_AND_TWO.withQuorum(4), left)
                .open()) {
            readAll(engine);
            engine.extents().put(new byte[] {1, 2, 3});
        }
        wipe(copy.toUri());
    }

    @Test
    void shouldKeepTheJournalOnOneDriveMoreThanMayBeLost() throws IOException, InterruptedException {
        try (StorageEngine engine = open(FOUR_AND_TWO, 8)) {
            put(engine, 5);
            StoreDrives drives = engine.drives().orElseThrow();
            List<Integer> before = journals(drives);
            assertThat(before).hasSize(3);
            wipe(place(before.get(0)));
            wipe(place(before.get(1)));
            // Until it is noticed, which takes seconds: a drive is looked after now and then.
            long begun = System.nanoTime();
            while (!lostJournals(drives, before) && System.nanoTime() - begun < NOTICED_NANOS) {
                put(engine, 1);
                engine.checkpoint();
                Thread.sleep(100);
            }
            assertThat(lostJournals(drives, before)).isTrue();
            readAll(engine);
        }
        try (StorageEngine engine = StorageEngine.open(store)) {
            readAll(engine);
        }
    }

    private static List<Integer> journals(StoreDrives drives) {
        return drives.list().stream()
                .filter(DriveStatus::journal)
                .map(DriveStatus::number)
                .toList();
    }

    private static boolean lostJournals(StoreDrives drives, List<Integer> before) {
        List<Integer> now = journals(drives);
        return now.size() == 3 && !now.contains(before.get(0)) && !now.contains(before.get(1));
    }

    /** A directory that is there has a slash at the end of its URI, and one that is not has none: it is one place. */
    @Test
    void shouldReplaceADriveInItsPlaceAfterOpeningWithoutIt() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO, 6)) {
            put(engine, 5);
        }
        wipe(place(2));
        try (StorageEngine engine = StorageEngine.open(store)) {
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(place(2).toString()).as("opening looked there").endsWith("/");
            drives.replace(2, place(2));
            assertThat(drives.scrub("", true, Long.MAX_VALUE, (phase, done, total) -> true))
                    .matches(ScrubReport::clean);
            assertThat(drives.list().get(1).state()).isEqualTo(DriveStatus.State.ONLINE);
            readAll(engine);
        }
    }

    @Test
    void shouldSpreadAsThePolicySays() throws IOException {
        try (StorageEngine engine = open(FOUR_AND_TWO.withQuorum(4), 6)) {
            StorePolicies policies = engine.policies();
            policies.set("copies", StoragePolicy.INHERITED.withRedundancy(new Redundancy(1, 3, 4)));
            policies.set("thin", StoragePolicy.INHERITED.withRedundancy(new Redundancy(5, 1, 6)));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> policies.set("wide", StoragePolicy.INHERITED.withRedundancy(Redundancy.of(5, 2))));
            byte[] same = Stores.bytes(7, 500_000);
            List<ExtentId> ids = new ArrayList<>();
            for (String policy : List.of("", "copies", "thin")) {
                ids.add(engine.extents(policy).put(same));
                ids.add(engine.extents(policy).put(Arrays.copyOf(same, 900)));
            }
            assertThat(ids).doesNotHaveDuplicates();
            engine.checkpoint();
            wipe(place(2));
            wipe(place(5));
            for (int i = 0; i < 4; i++) {
                assertThat(engine.extents().get(ids.get(i))).isEqualTo(Arrays.copyOf(same, i % 2 == 0 ? 500_000 : 900));
            }
            // Of the small one all may be in memory.
            assertThatThrownBy(() -> engine.extents().get(ids.get(4))).isInstanceOf(StorageException.class);
            StoreDrives drives = engine.drives().orElseThrow();
            drives.replace(2, place(2));
            drives.replace(5, place(5));
            policies.set("copies", StoragePolicy.INHERITED);
            assertThat(policies.reencode(Long.MAX_VALUE, (phase, done, total) -> true)
                            .converted())
                    .isEqualTo(2);
            assertThat(drives.scrub("", true, Long.MAX_VALUE, (phase, done, total) -> true)
                            .lost())
                    .as("the large extent; the pack of the small one is empty but for one shard")
                    .isBetween(1L, 2L);
            for (int i = 0; i < 4; i++) {
                assertThat(engine.extents().get(ids.get(i))).isEqualTo(Arrays.copyOf(same, i % 2 == 0 ? 500_000 : 900));
            }
        }
    }
}
