package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.CollectReport;
import io.ashlar.ExtentId;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.ExtentStore;
import io.ashlar.NameNotFoundException;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.PinExpiredException;
import io.ashlar.StorageEngine;
import io.ashlar.runtime.SystemClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who refers to an extent, when it dies, and what brings it back. */
class ReferencesTest {
    @TempDir
    Path directory;

    private StorageEngine engine;
    private ExtentStore extents;

    @BeforeEach
    void open() {
        engine = Stores.open(directory);
        extents = engine.extents();
    }

    @AfterEach
    void close() {
        assertThat(Stores.fsck(engine).findings()).isEmpty();
        engine.close();
    }

    private void reopen() {
        engine.close();
        open();
    }

    private long references(ExtentId id) {
        return extents.stat(id).orElseThrow().references();
    }

    private CollectReport collect() {
        return engine.collect(false, Stores.QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void shouldCountEveryReferenceAndDieWithTheLast(int size) {
        ExtentId id = extents.put(Stores.bytes(1, size));
        assertThat(extents.put(Stores.bytes(1, size))).isEqualTo(id);
        extents.retain(id);
        extents.bind("one", id);
        extents.bind("two", id);
        extents.bind("two", id);
        assertThat(references(id)).isEqualTo(5);
        reopen();
        assertThat(references(id)).isEqualTo(5);
        extents.release(id);
        extents.release(id);
        extents.release(id);
        assertThatExceptionOfType(ExtentNotFoundException.class).isThrownBy(() -> extents.release(id));
        extents.unbind("one");
        assertThat(collect().sweptExtents()).isZero();
        assertThat(extents.get(id)).isEqualTo(Stores.bytes(1, size));
        extents.unbind("two");
        assertThatExceptionOfType(ExtentNotFoundException.class).isThrownBy(() -> extents.retain(id));
        assertThatExceptionOfType(ExtentNotFoundException.class).isThrownBy(() -> extents.bind("three", id));
        assertThat(collect().sweptExtents()).isPositive();
        assertThat(extents.exists(id)).isFalse();
        assertThatExceptionOfType(ExtentNotFoundException.class).isThrownBy(() -> extents.get(id));
        assertThatExceptionOfType(ExtentNotFoundException.class).isThrownBy(() -> extents.release(id));
        assertThat(engine.statistics().garbageExtents()).isZero();
    }

    @Test
    void shouldComeBackWhenItIsPutAgainBeforeItIsSwept() throws IOException {
        byte[] content = Stores.bytes(1, 100_000);
        ExtentId id = extents.put(content);
        Path object = Stores.object(directory, id);
        extents.release(id);
        assertThat(extents.exists(id)).isFalse();
        assertThat(extents.put(content)).isEqualTo(id);
        assertThat(Stores.object(directory, id)).as("stored only once").isEqualTo(object);
        assertThat(collect().sweptExtents()).isZero();
        assertThat(extents.get(id)).isEqualTo(content);
    }

    /** A delete that lands late, or twice, can then harm nobody. */
    @Test
    void shouldGetANewNameWhenItIsPutAgainAfterItWasSwept() throws IOException {
        byte[] content = Stores.bytes(1, 100_000);
        ExtentId id = extents.put(content);
        Path object = Stores.object(directory, id);
        extents.release(id);
        assertThat(collect().sweptExtents()).isEqualTo(1);
        assertThat(object).doesNotExist();
        extents.put(content);
        assertThat(Stores.object(directory, id)).isNotEqualTo(object);
        assertThat(extents.get(id)).isEqualTo(content);
        reopen();
        assertThat(extents.get(id)).isEqualTo(content);
    }

    @Test
    void shouldKeepWhatAPinHasSeenUntilItIsClosedOrTooOld() {
        AtomicLong skew = new AtomicLong();
        SystemClock real = new SystemClock();
        engine.close();
        engine = StorageEngine.builder(directory)
                .settings(Stores.settings().withPinMaxMillis(60_000))
                .seams(
                        null,
                        new io.ashlar.spi.Clock() {
                            @Override
                            public long nanoTime() {
                                return real.nanoTime() + skew.get();
                            }

                            @Override
                            public long currentTimeMillis() {
                                return real.currentTimeMillis();
                            }
                        },
                        null,
                        null)
                .open();
        extents = engine.extents();
        byte[] content = Stores.bytes(1, 100_000);
        ExtentId id = extents.put(content);
        ByteBuffer target = ByteBuffer.allocate(content.length);
        try (ExtentStore.Pin pin = extents.pin()) {
            extents.release(id);
            CollectReport report = collect();
            assertThat(report.sweptExtents()).isZero();
            assertThat(report.heldExtents()).isEqualTo(1);
            assertThat(pin.get(id, 0, target)).isEqualTo(content.length);
            assertThat(target.array()).isEqualTo(content);
            assertThat(engine.statistics().pins()).isEqualTo(1);
            skew.set(70_000L * 1_000_000);
            assertThat(Stores.eventually(() -> engine.statistics().pins() == 0)).isTrue();
            assertThat(collect().sweptExtents()).isEqualTo(1);
            target.clear();
            assertThatExceptionOfType(PinExpiredException.class)
                    .isThrownBy(() -> pin.get(extents.put(Stores.bytes(2, 10)), 0, target));
            assertThat(target.position()).isZero();
        }
        ExtentStore.Pin closed = extents.pin();
        closed.close();
        closed.close();
        assertThatExceptionOfType(PinExpiredException.class)
                .isThrownBy(() -> closed.get(extents.put(content), 0, target.clear()));
    }

    @Test
    void shouldReleaseWhatAnObjectRefersToLevelByLevel() throws IOException {
        ExtentId shared = extents.put(Stores.bytes(0, 3));
        ExtentId root;
        try (ObjectWriter writer = extents.newObject()) {
            for (int i = 0; i < 3000; i++) {
                writer.write(ByteBuffer.wrap(Stores.bytes(i % 1500, 3)));
                writer.cut();
            }
            root = writer.finish("deep");
        }
        assertThat(references(shared))
                .as("itself, and each place in the object")
                .isEqualTo(3);
        extents.unbind("deep");
        collect();
        assertThat(engine.statistics().garbageExtents()).isZero();
        assertThat(extents.exists(root)).isFalse();
        assertThat(references(shared)).isEqualTo(1);
        assertThat(engine.statistics().extents())
                .as("the shared one, and its pack perhaps")
                .isLessThanOrEqualTo(2);
    }

    /** The maintenance thread collects too, and must not get between the steps of a collection that somebody asked for. */
    @Test
    void shouldCollectEverythingAlsoWhileMaintenanceDoesTheSame() throws IOException {
        engine.close();
        engine = StorageEngine.builder(directory)
                .settings(Stores.settings().withMaintenanceIntervalMillis(1).withGcGraceMillis(20))
                .open();
        extents = engine.extents();
        for (int round = 0; round < 8; round++) {
            try (ObjectWriter writer = extents.newObject()) {
                for (int i = 0; i < 1500; i++) {
                    writer.write(ByteBuffer.wrap(Stores.bytes(10_000L * round + i, 20)));
                    writer.cut();
                }
                extents.release(writer.finish());
            }
            collect();
            assertThat(engine.statistics().garbageExtents()).isZero();
        }
    }

    @Test
    void shouldReadAnObjectThatIsRemovedMeanwhile() throws IOException {
        byte[] content = Stores.bytes(9, 5_000_000);
        try (ObjectWriter writer = extents.newObject()) {
            writer.write(ByteBuffer.wrap(content));
            writer.finish("name");
        }
        try (ObjectReader reader = extents.openObject(extents.resolve("name").orElseThrow())) {
            extents.unbind("name");
            collect();
            ByteBuffer target = ByteBuffer.allocate(content.length);
            reader.read(0, target);
            assertThat(target.array()).isEqualTo(content);
        }
        assertThat(collect().sweptExtents()).isEqualTo(4);
    }

    @Test
    void shouldLeaveNothingBehindOfObjectsThatAreNotFinished() throws IOException {
        ObjectWriter abandoned = extents.newObject();
        abandoned.write(ByteBuffer.wrap(Stores.bytes(1, 5_000_000)));
        collect();
        abandoned.write(ByteBuffer.wrap(Stores.bytes(2, 5_000_000)));
        ObjectWriter kept = extents.newObject();
        kept.write(ByteBuffer.wrap(Stores.bytes(1, 5_000_000)));
        abandoned.close();
        abandoned.close();
        collect();
        ExtentId root = kept.finish();
        kept.close();
        collect();
        try (ObjectReader reader = extents.openObject(root)) {
            ByteBuffer target = ByteBuffer.allocate(5_000_000);
            reader.read(0, target);
            assertThat(target.array()).isEqualTo(Stores.bytes(1, 5_000_000));
        }
        assertThat(engine.statistics().garbageExtents()).isZero();
        assertThat(engine.statistics().plainBytes()).isLessThan(5_001_000);
    }

    @Test
    void shouldLetANameReferToSomethingElse() {
        ExtentId old = extents.put(Stores.bytes(1, 50));
        ExtentId next = extents.put(Stores.bytes(2, 50));
        extents.bind("name", old);
        extents.release(old);
        extents.bind("name", next);
        assertThat(extents.resolve("name")).contains(next);
        collect();
        assertThat(extents.exists(old)).isFalse();
        assertThat(references(next)).isEqualTo(2);
        extents.unbind("name");
        assertThat(extents.resolve("name")).isEmpty();
        assertThatExceptionOfType(NameNotFoundException.class)
                .isThrownBy(() -> extents.unbind("name"))
                .withMessageContaining("name");
        extents.release(next);
    }

    @Test
    void shouldListNamesInPagesWhileTheyChange() {
        ExtentId id = extents.put(Stores.bytes(1, 50));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String name = String.format("n%03d-\u00e9\ud83d\ude00", i);
            extents.bind(name, id);
            expected.add(name);
            if (i == 30) {
                engine.checkpoint();
            }
        }
        List<String> found = new ArrayList<>();
        String after = "";
        for (int page = 0; ; page++) {
            List<ExtentStore.NamedExtent> names = extents.names(after, 7);
            names.forEach(name -> found.add(name.name()));
            if (names.size() < 7) {
                break;
            }
            after = names.get(6).name();
            if (page == 2) {
                extents.unbind(expected.get(40));
                extents.unbind(expected.get(2));
                extents.bind("a-before-the-cursor", id);
                extents.bind("zz-after-the-cursor", id);
                engine.checkpoint();
            }
        }
        expected.remove(40);
        expected.add("zz-after-the-cursor");
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldTakeOnlyNamesThatCanBeReadBack() {
        ExtentId id = extents.put(Stores.bytes(1, 50));
        String longest = "\u20ac".repeat(85) + "x";
        for (String name : List.of(" ", "a/b", "..", "'\"\\", "\u00e4", "e\u0301", "\ud83d\ude00", longest)) {
            extents.bind(name, id);
            assertThat(extents.resolve(name)).contains(id);
        }
        for (String name : List.of("", longest + "x", "a\nb", "\u0000", "\u007f", "\u0085", "\ud83d", "a\ude00b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> extents.bind(name, id));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> extents.newObject().finish(name));
            assertThatIllegalArgumentException().isThrownBy(() -> extents.unbind(name));
        }
        assertThat(extents.names("", 100)).hasSize(8);
    }

    @Test
    void shouldOnlySayWhatWouldGo() {
        ExtentId id = extents.put(Stores.bytes(1, 100_000));
        extents.release(id);
        CollectReport dry = engine.collect(true, Stores.QUIET);
        assertThat(dry.dryRun()).isTrue();
        assertThat(dry.sweptExtents()).isEqualTo(1);
        assertThat(dry.sweptBytes()).isGreaterThan(100_000);
        assertThat(engine.statistics().garbageExtents()).isEqualTo(1);
        CollectReport real = collect();
        assertThat(real.sweptExtents()).isEqualTo(1);
        assertThat(real.sweptBytes()).isEqualTo(dry.sweptBytes());
    }
}
