package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoreLockedException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.UnsupportedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may open what, and that nothing is changed where nothing may be. */
class OpeningTest {
    @TempDir
    Path temporary;

    private StorageEngine.Builder builder(Path directory) {
        return StorageEngine.builder(directory).settings(Stores.settings());
    }

    private Path store() {
        Path directory = temporary.resolve("a store");
        try (StorageEngine engine = Stores.open(directory)) {
            ExtentId id = engine.extents().put(Stores.bytes(1, 100));
            engine.extents().bind("small", id);
            engine.extents().bind("large", engine.extents().put(Stores.bytes(2, 100_000)));
        }
        return directory;
    }

    @Test
    void shouldSayWhereThereIsNoStore() throws IOException {
        Path nowhere = temporary.resolve("nowhere");
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("mine.txt"), "mine");
        for (Path directory : List.of(nowhere, other)) {
            for (StorageEngine.Builder builder :
                    List.of(builder(directory).mustExist(), builder(directory).readOnly())) {
                assertThatExceptionOfType(StoreNotFoundException.class)
                        .isThrownBy(builder::open)
                        .withMessageContaining(directory.toString());
            }
        }
        assertThat(nowhere).doesNotExist();
        assertThat(Stores.files(other, "")).containsExactly(other.resolve("mine.txt"));
    }

    @Test
    void shouldTurnASecondWriterAwayAndNameTheFirst() {
        Path directory = store();
        try (StorageEngine engine = Stores.open(directory)) {
            assertThatExceptionOfType(StoreLockedException.class)
                    .isThrownBy(() -> Stores.open(directory))
                    .withMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(engine.extents().resolve("small")).isPresent();
            engine.extents().put(Stores.bytes(3, 100));
        }
        Stores.open(directory).close();
    }

    @Test
    void shouldReadBesideAWriterWithoutSeeingWhatItWritesLater() {
        Path directory = store();
        try (StorageEngine writer = Stores.open(directory)) {
            ExtentId before = writer.extents().put(Stores.bytes(3, 100));
            try (StorageEngine reader = builder(directory).readOnly().open()) {
                ExtentId after = writer.extents().put(Stores.bytes(4, 100));
                writer.extents().bind("later", after);
                assertThat(reader.extents().get(before)).isEqualTo(Stores.bytes(3, 100));
                assertThat(reader.extents().exists(after)).isFalse();
                assertThat(reader.extents().resolve("later")).isEmpty();
                assertThat(reader.extents().names("", 10)).hasSize(2);
                assertThat(reader.statistics().names()).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldChangeNothingWhenItIsOpenForReadingOnly() throws IOException {
        Path directory = store();
        // A torn tail, and a force that did not happen: what a writer would put right.
        try (StorageEngine engine = Stores.open(directory)) {
            engine.extents().put(Stores.bytes(9, 50));
        }
        Map<String, List<Byte>> before = Stores.contents(directory);
        try (StorageEngine engine = builder(directory).readOnly().open()) {
            ExtentStore extents = engine.extents();
            ExtentId id = extents.resolve("large").orElseThrow();
            assertThat(extents.get(id)).isEqualTo(Stores.bytes(2, 100_000));
            try (ExtentStore.Pin pin = extents.pin()) {
                assertThat(pin.get(id, 99_990, ByteBuffer.allocate(100))).isEqualTo(10);
            }
            List<ThrowingCallable> writes = List.of(
                    () -> extents.put(new byte[1]),
                    () -> extents.put(ByteBuffer.allocate(1), Durability.BUFFERED),
                    () -> extents.put(new ByteArrayInputStream(new byte[1])),
                    () -> extents.retain(id),
                    () -> extents.release(id),
                    () -> extents.bind("x", id),
                    () -> extents.unbind("large"),
                    extents::newObject,
                    engine::checkpoint,
                    () -> engine.collect(false, Stores.QUIET),
                    () -> Stores.fsck(engine));
            for (ThrowingCallable write : writes) {
                assertThatIllegalStateException().isThrownBy(write).withMessageContaining("reading only");
            }
        }
        assertThat(Stores.contents(directory)).isEqualTo(before);
    }

    @Test
    void shouldRefuseANewerVersionBeforeAnythingIsWritten() throws IOException {
        Path directory = store();
        for (String file : List.of("superblock-a", "superblock-b")) {
            makeNewer(directory.resolve(file));
        }
        Map<String, List<Byte>> before = Stores.contents(directory);
        for (StorageEngine.Builder builder : List.of(
                builder(directory),
                builder(directory).readOnly(),
                builder(directory).salvage())) {
            assertThatExceptionOfType(UnsupportedFormatException.class)
                    .isThrownBy(builder::open)
                    .withMessageContaining("superblock");
        }
        Map<String, List<Byte>> after = Stores.contents(directory);
        before.remove("LOCK");
        after.remove("LOCK");
        assertThat(after).isEqualTo(before);
    }

    private static void makeNewer(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[io.ashlar.format.SuperblockLayout.VERSION_OFFSET] = 99;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, io.ashlar.format.SuperblockLayout.CRC_OFFSET);
        ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(io.ashlar.format.SuperblockLayout.CRC_OFFSET, (int) crc.getValue());
        Files.write(file, bytes);
    }

    /** A fresh store over extents or a journal of another would take them for garbage. */
    @Test
    void shouldNotCreateAStoreOverTheRemainsOfOne() throws IOException {
        for (boolean keepJournal : new boolean[] {true, false}) {
            Path directory = temporary.resolve("remains " + keepJournal);
            try (StorageEngine engine = Stores.open(directory)) {
                for (int i = 0; i < 300; i++) {
                    engine.extents().put(Stores.bytes(i, 10_000));
                }
            }
            Files.delete(directory.resolve("superblock-a"));
            Files.delete(directory.resolve("superblock-b"));
            if (!keepJournal) {
                for (Path segment : Stores.files(directory.resolve("journal"), "")) {
                    Files.delete(segment);
                }
            }
            Map<String, List<Byte>> before = Stores.contents(directory);
            assertThatExceptionOfType(DamagedException.class)
                    .isThrownBy(() -> Stores.open(directory))
                    .withMessageContaining(directory.toString());
            Map<String, List<Byte>> after = Stores.contents(directory);
            before.keySet().removeIf(name -> name.endsWith("LOCK") || name.contains("lock"));
            after.keySet().removeIf(name -> name.endsWith("LOCK") || name.contains("lock"));
            assertThat(after).isEqualTo(before);
        }
    }

    /** Two stores in one backend would take each other's extents for orphans. */
    @Test
    void shouldNotCreateASecondStoreInOneBackend() throws IOException {
        Path shared = temporary.resolve("shared");
        try (StorageEngine engine =
                builder(temporary.resolve("one")).backend(shared.toUri()).open()) {
            engine.extents().put(Stores.bytes(1, 100_000));
        }
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> builder(temporary.resolve("two"))
                        .backend(shared.toUri())
                        .open())
                .withMessageContaining("another store");
        try (StorageEngine engine =
                builder(temporary.resolve("one")).backend(shared.toUri()).open()) {
            assertThat(engine.collect(false, Stores.QUIET).orphans()).isZero();
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    /** Everything that the last checkpoint but one needs is kept for this very case. */
    @Test
    void shouldFallBackToTheOlderCheckpointWhenTheNewestIsDamaged() throws IOException {
        Path directory = temporary.resolve("fallback");
        ExtentId[] ids = new ExtentId[50];
        try (StorageEngine engine = Stores.open(directory)) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = engine.extents().put(Stores.bytes(i, i * 500));
                if (i % 10 == 0) {
                    engine.checkpoint();
                }
            }
            engine.extents().release(ids[0]);
            engine.collect(false, Stores.QUIET);
        }
        Path newest = newestManifest(directory);
        for (boolean gone : new boolean[] {false, true}) {
            if (gone) {
                newest = newestManifest(directory);
                Files.delete(newest);
            } else {
                Stores.flip(newest, 100);
            }
            try (StorageEngine engine = builder(directory).readOnly().open()) {
                assertThat(engine.extents().get(ids[49])).isEqualTo(Stores.bytes(49, 49 * 500));
            }
            try (StorageEngine engine = Stores.open(directory)) {
                assertThat(engine.recovery().problems()).anyMatch(problem -> problem.contains("checkpoint"));
                for (int i = 1; i < ids.length; i++) {
                    assertThat(engine.extents().get(ids[i])).isEqualTo(Stores.bytes(i, i * 500));
                }
                assertThat(engine.extents().exists(ids[0])).isFalse();
                engine.extents().put(Stores.bytes(gone ? 100 : 101, 5000));
                assertThat(Stores.fsck(engine).findings())
                        .allMatch(finding -> finding.kind() == io.ashlar.FsckReport.Kind.REPAIRED);
            }
        }
        try (StorageEngine engine = Stores.open(directory)) {
            assertThat(engine.recovery().problems()).isEmpty();
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    private static Path newestManifest(Path directory) throws IOException {
        Path newest = null;
        for (Path file : Stores.files(directory.resolve("extents"), "m-")) {
            if (newest == null || number(file).compareTo(number(newest)) > 0) {
                newest = file;
            }
        }
        return java.util.Objects.requireNonNull(newest);
    }

    /** Life and counter, which come last. */
    private static String number(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.length() - 25);
    }
}
