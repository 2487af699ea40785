package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.ObjectWriter;
import io.ashlar.RebuildReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in one directory whose metadata is gone, and some of whose objects are not what they should be. */
class RebuildDamageTest {
    private static final int LEAVES = 1_100;

    @TempDir
    Path directory;

    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();

    private StorageEngine.Builder builder() {
        return StorageEngine.builder(directory).settings(Stores.settings().withMemoryBudgetBytes(1 << 16));
    }

    private void loseMetadata() throws IOException {
        Losses.metadata(directory);
    }

    private List<Path> objects(String prefix) throws IOException {
        return Losses.objects(directory.resolve("extents"), prefix);
    }

    private Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : Stores.files(directory.resolve("extents"), "-")) {
            names.add(String.valueOf(file.getFileName()));
        }
        return names;
    }

    private ExtentId put(StorageEngine engine, int seed, int length) {
        byte[] content = Stores.bytes(seed, length);
        ExtentId id = engine.extents().put(content);
        contents.put(id, content);
        return id;
    }

    private void putSome(StorageEngine engine) {
        for (int i = 0; i < 40; i++) {
            put(engine, i, i % 4 == 0 ? 30_000 + i * 1_000 : 1 + i * 100);
            engine.extents().bind("name " + i, put(engine, 1_000 + i, 500));
        }
        Stores.pack(engine, contents.keySet().iterator().next());
    }

    private void readAll(StorageEngine engine) {
        contents.forEach((id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
    }

    /** A tree of three levels of nodes, of which those at the bottom have objects of their own. */
    private static ExtentId putTree(StorageEngine engine) {
        try (ObjectWriter writer = engine.extents().newObject()) {
            for (int leaf = 0; leaf < LEAVES; leaf++) {
                writer.write(ByteBuffer.wrap(Stores.bytes(leaf, 50)));
                writer.cut();
            }
            ExtentId root = writer.finish("the tree");
            Stores.pack(engine, root);
            return root;
        }
    }

    private static void collect(StorageEngine engine) {
        engine.checkpoint();
        engine.collect(false, Stores.QUIET);
        engine.checkpoint();
        engine.collect(false, Stores.QUIET);
    }

    private static void check(StorageEngine engine) {
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    @Test
    void shouldBringBackAStoreInOneDirectory() throws IOException {
        try (StorageEngine engine = builder().open()) {
            putSome(engine);
        }
        loseMetadata();
        Set<String> before = names();
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> builder().open())
                .withMessageContaining("rebuild");
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.clean()).isTrue();
        assertThat(report.names()).isEqualTo(40);
        assertThat(report.references()).isEqualTo(contents.size());
        assertThat(names()).as("nothing that was there is gone").containsAll(before);
        for (int opening = 0; opening < 3; opening++) {
            int life = names().stream()
                    .mapToInt(name -> ObjectName.parse(name).orElseThrow().life())
                    .max()
                    .orElseThrow();
            try (StorageEngine engine = builder().mustExist().open()) {
                readAll(engine);
                check(engine);
                assertThat(engine.extents().resolve("name 7")).isPresent();
                Path object = Stores.object(directory, put(engine, 2_000 + opening, 20_000));
                assertThat(ObjectName.parse(String.valueOf(object.getFileName()))
                                .orElseThrow()
                                .life())
                        .as("no name is used twice")
                        .isGreaterThan(life);
                collect(engine);
                readAll(engine);
            }
        }
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> builder().rebuild(Stores.QUIET))
                .withMessageContaining("has its superblocks");
    }

    @Test
    void shouldBeginAnewAfterAnInterruption() throws IOException {
        try (StorageEngine engine = builder().open()) {
            putSome(engine);
            putTree(engine);
        }
        loseMetadata();
        Set<String> before = names();
        for (String at :
                List.of("names", "extents", "the last checkpoint", "extents without a name", "writing the catalog")) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> builder().rebuild((phase, done, total) -> !phase.equals(at)))
                    .withMessageContaining("begin anew");
            assertThat(names()).as("what is left of a rebuild that was stopped").isEqualTo(before);
        }
        // Between the journal and the superblock, and after a process that could not tidy up.
        for (String file : List.of("superblock-a.tmp", "0000000000000001.seg")) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> builder()
                            .seams(new NoRename(file), null, null, null)
                            .rebuild(Stores.QUIET));
            assertThat(names()).hasSizeGreaterThan(before.size());
            assertThatExceptionOfType(DamagedException.class)
                    .isThrownBy(() -> builder().open());
        }
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.findings()).isEmpty();
        assertThat(report.clean()).isTrue();
        assertThat(report.names()).isEqualTo(41);
        try (StorageEngine engine = builder().open()) {
            readAll(engine);
            check(engine);
            collect(engine);
            readAll(engine);
            check(engine);
        }
    }

    @Test
    void shouldLeaveRoomForALeafThatIsLost() throws IOException {
        ExtentId root;
        byte[] first = Stores.bytes(1, 2 << 20);
        try (StorageEngine engine = builder().open()) {
            try (ObjectWriter writer = engine.extents().newObject()) {
                writer.write(ByteBuffer.wrap(first));
                writer.write(ByteBuffer.wrap(Stores.bytes(2, 2 << 20)));
                root = writer.finish("big");
            }
            Stores.pack(engine, root);
        }
        loseMetadata();
        ExtentId leaf;
        try (StorageEngine other = StorageEngine.open(directory.resolve("other"))) {
            leaf = other.extents().put(first);
        }
        Files.delete(Stores.object(directory, leaf));
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.clean()).isFalse();
        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.findings()).singleElement().asString().contains(leaf.toString());
        try (StorageEngine engine = builder().open()) {
            assertThatExceptionOfType(DamagedException.class)
                    .isThrownBy(() -> engine.extents().get(leaf))
                    .withMessageContaining("putting the same bytes again");
            assertThat(Stores.fsck(engine).findings())
                    .singleElement()
                    .extracting(FsckReport.Finding::kind)
                    .isEqualTo(FsckReport.Kind.DAMAGED);
            assertThat(engine.extents().put(first)).isEqualTo(leaf);
            check(engine);
            engine.extents().release(leaf);
            collect(engine);
            assertThat(engine.extents().get(leaf)).isEqualTo(first);
            assertThat(engine.extents().resolve("big")).contains(root);
            engine.extents().unbind("big");
            collect(engine);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    @Test
    void shouldLeaveRoomForANodeThatIsLost() throws IOException {
        try (StorageEngine engine = builder().open()) {
            putTree(engine);
        }
        loseMetadata();
        Losses.checkpoints(directory);
        List<Path> nodes = objects("n-");
        assertThat(nodes)
                .as("the first of two nodes above leaves; the others are in packs")
                .hasSize(1);
        Files.delete(nodes.get(0));
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.lost()).isEqualTo(1);
        // The leaves below it, and the root.
        assertThat(report.recovered()).isEqualTo(1_024 + 1);
        try (StorageEngine engine = builder().open()) {
            assertThat(putTree(engine)).isIn(rootOf(engine));
            check(engine);
            for (var name : engine.extents().names("", 2_000)) {
                engine.extents().unbind(name.name());
            }
            collect(engine);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    private static List<ExtentId> rootOf(StorageEngine engine) {
        List<ExtentId> ids = new ArrayList<>();
        engine.extents().names("", 2_000).forEach(name -> ids.add(name.id()));
        return ids;
    }

    @Test
    void shouldDropATreeOfWhichSomeIsLostWithoutFailing() throws IOException {
        try (StorageEngine engine = builder().open()) {
            putTree(engine);
        }
        loseMetadata();
        Files.delete(objects("n-").get(0));
        builder().rebuild(Stores.QUIET);
        try (StorageEngine engine = builder().open()) {
            for (var name : engine.extents().names("", 2_000)) {
                engine.extents().unbind(name.name());
            }
            collect(engine);
            assertThat(engine.statistics().extents()).isZero();
            putSome(engine);
            readAll(engine);
            check(engine);
        }
    }

    @Test
    void shouldTakeTheNewestWholeCopy() throws IOException {
        ExtentId id;
        try (StorageEngine engine = builder().open()) {
            id = put(engine, 5, 100_000);
            putSome(engine);
        }
        loseMetadata();
        Path original = Stores.object(directory, id);
        ObjectName name =
                ObjectName.parse(String.valueOf(original.getFileName())).orElseThrow();
        byte[] image = Files.readAllBytes(original);
        Stores.flip(original, 50_000);
        byte[] wrong = Files.readAllBytes(original);
        String newer = ObjectName.of(name.kind(), id, name.life() + 3, 1);
        try (ExtentBackend backend = Stores.file(directory)) {
            String older = ObjectName.of(name.kind(), id, 0, 7);
            String newest = ObjectName.of(name.kind(), id, name.life() + 3, 2);
            backend.put(older, ByteBuffer.wrap(wrong));
            backend.put(newer, ByteBuffer.wrap(image));
            backend.put(newest, ByteBuffer.wrap(wrong));
            backend.sync(List.of(older, newer, newest));
        }
        Path elsewhere = directory.resolve("extents");
        assertThat(Stores.files(elsewhere, id.toString())).hasSize(4);
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.copies()).isEqualTo(3);
        try (StorageEngine engine = builder().open()) {
            readAll(engine);
            check(engine);
            collect(engine);
            readAll(engine);
        }
        assertThat(Stores.files(elsewhere, id.toString()))
                .singleElement()
                .asString()
                .endsWith(newer);
    }

    @Test
    void shouldTellWhatIsUnreadable() throws IOException {
        ExtentId damaged;
        try (StorageEngine engine = builder().open()) {
            putSome(engine);
            damaged = engine.extents().put(Stores.bytes(9, 90_000));
            engine.extents().bind("damaged", damaged);
            Stores.pack(engine, damaged);
        }
        loseMetadata();
        Stores.flip(Stores.object(directory, damaged), 20);
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.clean()).isFalse();
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.namesLost()).isEqualTo(1);
        assertThat(report.findings())
                .anyMatch(line -> line.contains(damaged.toString()))
                .anyMatch(line -> line.contains("name 'damaged'"));
        try (StorageEngine engine = builder().open()) {
            readAll(engine);
            check(engine);
        }
    }

    @Test
    void shouldFallBackToAnOlderCheckpoint() throws IOException {
        ExtentId first;
        try (StorageEngine engine = builder().open()) {
            first = put(engine, 1, 100);
            engine.extents().bind("first", first);
            Stores.pack(engine, first);
            engine.extents().bind("second", put(engine, 2, 100));
            Stores.pack(engine, first);
        }
        loseMetadata();
        Path newest = null;
        for (Path manifest : objects("m-")) {
            newest = newest == null || number(manifest).compareTo(number(newest)) > 0 ? manifest : newest;
        }
        Stores.flip(newest, 3_000);
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.names()).isPositive();
        assertThat(report.findings()).anyMatch(line -> line.contains("checkpoint"));
        try (StorageEngine engine = builder().open()) {
            assertThat(engine.extents().resolve("first")).contains(first);
            readAll(engine);
            check(engine);
        }
    }

    private static String number(Path object) {
        String name = String.valueOf(object.getFileName());
        return name.substring(name.length() - 25);
    }
}
