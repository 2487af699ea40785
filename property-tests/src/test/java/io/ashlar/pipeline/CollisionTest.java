package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.ExtentLayout;
import io.ashlar.runtime.EngineCore;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Different contents with one hash: made by giving a task the id of another content, as a collision would. */
class CollisionTest {
    @TempDir
    Path directory;

    private static byte[] content(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static EngineCore core(StorageEngine engine) {
        try {
            Field field = engine.getClass().getDeclaredField("core");
            field.setAccessible(true);
            return (EngineCore) field.get(engine);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the engine has no core", e);
        }
    }

    /** Puts content as if it had the hash of another one. */
    private static ExtentId put(EngineCore core, byte[] content, ExtentId hash) throws IOException {
        PutStages stages = core.putStages(core.driver());
        PutTask task = PutTask.dense(ExtentKind.DATA, 4096, ByteBuffer.wrap(content), List.of(), true, Durability.SYNC);
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(content.length, 4096));
        new ExtentEncoder().encode(ExtentKind.DATA, 4096, ByteBuffer.wrap(content), ExtentId.Hash.XXH3_128, image);
        image.put(ExtentLayout.CONTENT_HASH_OFFSET, hash.digest());
        ExtentEncoder.stampDiscriminator(image, hash.discriminator());
        task.id = hash;
        task.image = image;
        new PutDriver(stages, core.threads(), 1_000_000_000L).afterEncoding(task);
        return task.done().join();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 50_000})
    void shouldNeverTakeOneContentForAnother(int length) throws IOException {
        byte[] first = content(1, length);
        byte[] second = content(2, length);
        byte[] third = content(3, length + 1);
        ExtentId id;
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(EngineSettings.defaults().withGcGraceMillis(0).withMaintenanceIntervalMillis(0))
                .open()) {
            id = engine.extents().put(first);
            for (int round = 0; round < 2; round++) {
                assertThat(put(core(engine), second, id)).isEqualTo(id.nextDiscriminator());
                assertThat(put(core(engine), third, id))
                        .isEqualTo(id.nextDiscriminator().nextDiscriminator());
                assertThat(engine.extents().put(first)).isEqualTo(id);
                engine.checkpoint();
            }
            assertThat(engine.extents()
                            .stat(id.nextDiscriminator())
                            .orElseThrow()
                            .references())
                    .isEqualTo(2);
        }
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(EngineSettings.defaults().withGcGraceMillis(0).withMaintenanceIntervalMillis(0))
                .open()) {
            assertThat(engine.extents().get(id)).isEqualTo(first);
            assertThat(engine.extents().get(id.nextDiscriminator())).isEqualTo(second);
            assertThat(engine.extents().get(id.nextDiscriminator().nextDiscriminator()))
                    .isEqualTo(third);
            // The first one goes, and its place is taken by whoever comes next; the others stay what they are.
            engine.extents().release(id);
            engine.extents().release(id);
            engine.extents().release(id);
            engine.collect(false, (phase, done, total) -> true);
            assertThat(engine.extents().exists(id)).isFalse();
            assertThat(put(core(engine), third, id)).isEqualTo(id);
            assertThat(put(core(engine), first, id))
                    .isEqualTo(id.nextDiscriminator().nextDiscriminator().nextDiscriminator());
            assertThat(engine.extents().get(id)).isEqualTo(third);
            assertThat(engine.extents().get(id.nextDiscriminator())).isEqualTo(second);
        }
    }

    /** What is left of it tells that it was something else: whoever refers to it must not find the other one there. */
    @Test
    void shouldNotPutAnotherContentInThePlaceOfADamagedOne() throws IOException {
        byte[] first = content(1, 50_000);
        byte[] second = first.clone();
        second[second.length - 1] ^= 1;
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId id = engine.extents().put(first);
            Path object = object(id);
            byte[] whole = Files.readAllBytes(object);
            // In the page in which they differ, and in one in which they do not.
            for (int page = 0; page < 2; page++) {
                byte[] spoilt = whole.clone();
                spoilt[whole.length - 1 - page * 4096] ^= 2;
                Files.write(object, spoilt);
                assertThat(put(core(engine), second, id)).isEqualTo(id.nextDiscriminator());
                assertThat(engine.extents().stat(id).orElseThrow().references()).isEqualTo(1);
            }
            Files.write(object, whole);
            assertThat(engine.extents().get(id)).isEqualTo(first);
            assertThat(engine.extents().get(id.nextDiscriminator())).isEqualTo(second);
        }
    }

    /** One of equal checksums in all pages that cannot be read is the same as far as anybody can tell. */
    @Test
    void shouldStoreAgainWhatIsDamaged() throws IOException {
        byte[] first = content(1, 50_000);
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId id = engine.extents().put(first);
            byte[] spoilt = Files.readAllBytes(object(id));
            spoilt[spoilt.length - 1] ^= 1;
            Files.write(object(id), spoilt);
            assertThatThrownBy(() -> engine.extents().get(id)).isInstanceOf(DamagedException.class);
            assertThat(engine.extents().put(first)).isEqualTo(id);
            assertThat(engine.extents().get(id)).isEqualTo(first);
        }
    }

    private Path object(ExtentId id) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("extents"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("e-" + id))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void shouldRefuseTheContentWhenNoDiscriminatorIsLeft() throws IOException {
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId id = engine.extents().put(content(1, 10));
            for (int i = 1; i < 256; i++) {
                assertThat(put(core(engine), content(1 + i, 10), id).discriminator())
                        .isEqualTo(i);
            }
            assertThatThrownBy(() -> put(core(engine), content(999, 10), id))
                    .hasMessageContaining("256 different contents");
            assertThat(engine.extents().get(engine.extents().put(content(1, 10))))
                    .isEqualTo(content(1, 10));
        }
    }
}
