package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.DamagedException;
import io.ashlar.DriveStatus;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.SparseExtent;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoreDrives;
import io.ashlar.StoreNotFoundException;
import io.ashlar.drive.LostDrive;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose superblocks and journals are gone. */
class RebuildTest {
    private static final Redundancy FOUR_AND_TWO = Redundancy.of(4, 2).withQuorum(6);
    private static final int DRIVES = 6;

    @TempDir
    Path directory;

    private final Random random = new Random(11);
    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();
    private final Map<ExtentId, byte[]> trees = new LinkedHashMap<>();
    private Path store;

    @BeforeEach
    void place() {
        store = directory.resolve("store");
    }

    // ---- a store over drives ----------------------------------------------------------------------------------------

    private URI place(int drive) {
        return directory.resolve("drive-" + drive).toUri();
    }

    private List<URI> places(int count) {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= count; drive++) {
            places.add(place(drive));
        }
        return places;
    }

    private StorageEngine.Builder builder() {
        return StorageEngine.builder(store).settings(settings()).drives(FOUR_AND_TWO, places(DRIVES));
    }

    /** Little memory, so that the catalog that is rebuilt takes several tables. */
    private static EngineSettings settings() {
        return Stores.settings().withMemoryBudgetBytes(1 << 16);
    }

    private void loseMetadata() throws IOException {
        Losses.metadata(store, directory);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private ExtentId put(StorageEngine engine, int length) {
        byte[] content = bytes(length);
        ExtentId id = engine.extents().put(content);
        contents.put(id, content);
        return id;
    }

    private ExtentId putTree(StorageEngine engine, int length, String name) {
        byte[] content = bytes(length);
        try (ObjectWriter writer = engine.extents().newObject()) {
            writer.write(ByteBuffer.wrap(content));
            ExtentId id = name.isEmpty() ? writer.finish() : writer.finish(name);
            trees.put(id, content);
            return id;
        }
    }

    private void putSome(StorageEngine engine, int rounds) {
        for (int i = 0; i < rounds; i++) {
            put(engine, 20_000 + random.nextInt(300_000));
            put(engine, random.nextInt(9_000));
            put(engine, 1 + random.nextInt(200));
            engine.extents().bind("name-" + contents.size(), put(engine, 1 + random.nextInt(40_000)));
            putTree(engine, (2 << 20) + 1 + random.nextInt(4_000_000), i % 2 == 0 ? "" : "tree-" + trees.size());
            if (i % 3 == 1) {
                engine.checkpoint();
            }
        }
        Stores.pack(engine, contents.keySet().iterator().next());
    }

    private void readAll(StorageEngine engine) {
        contents.forEach((id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
        trees.forEach((id, content) -> {
            try (ObjectReader reader = engine.extents().openObject(id)) {
                ByteBuffer read = ByteBuffer.allocate(content.length);
                reader.read(0, read);
                assertThat(read.array()).isEqualTo(content);
            }
        });
    }

    private static void check(StorageEngine engine) {
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    private static void collect(StorageEngine engine) {
        engine.checkpoint();
        engine.collect(false, Stores.QUIET);
        engine.checkpoint();
        engine.collect(false, Stores.QUIET);
    }

    @Test
    void shouldBringBackEverythingThatIsInObjects() throws IOException {
        ExtentId sparse;
        byte[] dense;
        try (StorageEngine engine = builder().open()) {
            putSome(engine, 6);
            sparse = engine.extents()
                    .put(new SparseExtent(
                            4096, 8 * 4096, BitSet.valueOf(new long[] {0b1010010}), ByteBuffer.wrap(bytes(3 * 4096))));
            dense = engine.extents().get(sparse);
            engine.extents().retain(sparse);
            engine.extents().retain(sparse);
            Stores.pack(engine, sparse);
        }
        loseMetadata();
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> builder().open())
                .withMessageContaining("rebuild");
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.findings()).isEmpty();
        assertThat(report.clean()).isTrue();
        assertThat(report.recovered()).as("the checkpoint knew all of it").isZero();
        assertThat(report.nodes()).isEqualTo(trees.size());
        assertThat(report.members()).isPositive();
        try (StorageEngine engine = builder().mustExist().open()) {
            readAll(engine);
            assertThat(engine.statistics().extents()).isEqualTo(report.extents() + report.packs());
            assertThat(engine.extents().get(sparse)).isEqualTo(dense);
            assertThat(engine.extents().stat(sparse).orElseThrow().references()).isEqualTo(3);
            check(engine);
            collect(engine);
            readAll(engine);
            putSome(engine, 2);
            check(engine);
        }
        LostDrive.lose(Path.of(place(2)));
        LostDrive.lose(Path.of(place(5)));
        try (StorageEngine engine =
                builder().drives(FOUR_AND_TWO.withQuorum(4), places(DRIVES)).open()) {
            readAll(engine);
            put(engine, 50_000);
        }
    }

    @Test
    void shouldNameWhatNothingRefersToWithoutACheckpoint() throws IOException {
        ExtentId tree;
        try (StorageEngine engine = builder().open()) {
            putSome(engine, 3);
            tree = putTree(engine, 3_000_000, "a tree");
            Stores.pack(engine, tree);
        }
        loseMetadata();
        Losses.checkpoints(directory);
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.checkpointMillis()).isEmpty();
        assertThat(report.names()).isZero();
        // All but the leaves of trees.
        assertThat(report.recovered()).isEqualTo(contents.size() + trees.size());
        assertThat(report.lostWithJournal()).anyMatch(line -> line.contains("all names"));
        try (StorageEngine engine = builder().open()) {
            assertThat(engine.extents().resolve(RebuildReport.RECOVERED + tree)).contains(tree);
            check(engine);
            collect(engine);
            readAll(engine);
            contents.keySet().forEach(id -> engine.extents().unbind(RebuildReport.RECOVERED + id));
            trees.keySet().forEach(id -> engine.extents().unbind(RebuildReport.RECOVERED + id));
            collect(engine);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    @Test
    void shouldTellWhatOnlyTheJournalKnew() throws IOException {
        Path crashed = directory.resolve("crashed");
        ExtentId small;
        ExtentId large;
        ExtentId freed;
        try (StorageEngine engine = builder().open()) {
            putSome(engine, 2);
            freed = put(engine, 100_000);
            engine.extents().bind("as it was", freed);
            engine.extents().release(freed);
            Stores.pack(engine, contents.keySet().iterator().next());
            small = engine.extents().put(bytes(100));
            large = put(engine, 70_000);
            engine.extents().bind("as it was", large);
            LostDrive.copy(directory, crashed);
        }
        directory = crashed;
        store = directory.resolve("store");
        loseMetadata();
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.checkpointMillis()).isPresent();
        assertThat(report.recovered()).isEqualTo(1);
        assertThat(report.lostWithJournal()).anyMatch(line -> line.contains("after that checkpoint"));
        try (StorageEngine engine = builder().open()) {
            readAll(engine);
            assertThat(engine.extents().stat(small)).isEmpty();
            assertThat(engine.extents().resolve(RebuildReport.RECOVERED + large))
                    .contains(large);
            assertThat(engine.extents().resolve("as it was")).contains(freed);
            check(engine);
        }
    }

    @Test
    void shouldRefuseWhereMetadataIsLeft() throws IOException {
        try (StorageEngine engine = builder().open()) {
            put(engine, 100);
        }
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("has its superblocks");
        List<Path> anchors = new ArrayList<>();
        List<Path> journals = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            anchors.addAll(Stores.files(Path.of(place(drive)), "superblock-"));
            journals.addAll(Stores.files(Path.of(place(drive)), ".seg"));
        }
        for (int i = 0; i < anchors.size() - 1; i++) {
            Files.delete(anchors.get(i));
        }
        assertThatExceptionOfType(StorageException.class)
                .as("one copy is enough")
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("has its superblocks");
        Path last = anchors.get(anchors.size() - 1);
        Stores.flip(last, 20);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("neither can be read");
        Files.delete(last);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("has a journal");
        for (Path journal : journals) {
            Files.delete(journal);
        }
        builder().rebuild(Stores.QUIET);
        builder().mustExist().open().close();
        assertThatExceptionOfType(StoreNotFoundException.class)
                .isThrownBy(() -> StorageEngine.builder(directory.resolve("nothing"))
                        .drives(
                                FOUR_AND_TWO,
                                List.of(directory.resolve("nowhere").toUri()))
                        .rebuild(Stores.QUIET));
    }

    @Test
    void shouldGoOnWithoutDrivesThatAreLostIfToldTo() throws IOException {
        List<Integer> journals;
        try (StorageEngine engine = builder().open()) {
            putSome(engine, 3);
            journals = engine.drives().orElseThrow().list().stream()
                    .filter(DriveStatus::journal)
                    .map(DriveStatus::number)
                    .toList();
        }
        List<Integer> lost = journals.subList(0, 2);
        loseMetadata();
        for (int drive : lost) {
            LostDrive.lose(Path.of(place(drive)));
        }
        // Those with the journal among them.
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("do not answer");
        RebuildReport report = builder()
                .drives(FOUR_AND_TWO.withQuorum(4), places(DRIVES))
                .salvage()
                .rebuild(Stores.QUIET);
        assertThat(report.clean()).isTrue();
        try (StorageEngine engine =
                builder().drives(FOUR_AND_TWO.withQuorum(4), places(DRIVES)).open()) {
            readAll(engine);
            StoreDrives drives = engine.drives().orElseThrow();
            for (int drive : lost) {
                drives.replace(drive, place(drive));
            }
            assertThat(drives.scrub("", true, Long.MAX_VALUE, Stores.QUIET).clean())
                    .isTrue();
            for (int drive = 1, left = 2; drive <= DRIVES && left > 0; drive++) {
                if (!lost.contains(drive)) {
                    LostDrive.lose(Path.of(place(drive)));
                    left--;
                }
            }
            readAll(engine);
        }
    }

    @Test
    void shouldFindShardsThatAreNotWhereNamesTell() throws IOException {
        StorageEngine.Builder seven =
                StorageEngine.builder(store).settings(settings()).drives(FOUR_AND_TWO, places(7));
        try (StorageEngine engine = seven.open()) {
            putSome(engine, 3);
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(drives.drain(3, Long.MAX_VALUE, Stores.QUIET).clean()).isTrue();
            drives.remove(3);
        }
        loseMetadata();
        RebuildReport report = StorageEngine.builder(store)
                .settings(settings())
                .drives(FOUR_AND_TWO, places(7))
                .rebuild(Stores.QUIET);
        assertThat(report.clean()).isTrue();
        assertThat(report.misplaced()).isPositive();
        try (StorageEngine engine = StorageEngine.open(store)) {
            readAll(engine);
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(drives.scrub("", true, Long.MAX_VALUE, Stores.QUIET).shardsMade())
                    .as("all were where the catalog says")
                    .isZero();
            LostDrive.lose(Path.of(place(1)));
            LostDrive.lose(Path.of(place(6)));
            readAll(engine);
        }
    }
}
