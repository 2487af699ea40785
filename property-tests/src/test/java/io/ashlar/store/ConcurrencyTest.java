package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.ExtentStore;
import io.ashlar.NameNotFoundException;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.StorageEngine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads on the same few contents, with collections, checkpoints and checks in between. */
@Timeout(120)
class ConcurrencyTest {
    private static final int THREADS = 6;

    @TempDir
    Path directory;

    private interface Work {
        void run(int thread, Random random) throws Exception;
    }

    private static EngineSettings busy() {
        return Stores.settings()
                .withMaintenanceIntervalMillis(1)
                .withCheckpointJournalBytes(200_000)
                .withPackLiveRatioMin(0.7);
    }

    /** Runs the work on many threads, and what the engine does for itself on two more, as often as it gets to it. */
    private static void together(StorageEngine engine, Work work) throws InterruptedException {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(start(wrong, () -> work.run(thread, new Random(thread))));
        }
        Thread keeper = start(wrong, () -> {
            for (int i = 0; !over.get(); i++) {
                engine.checkpoint();
                engine.collect(false, Stores.QUIET);
                if (i % 4 == 0) {
                    assertThat(Stores.fsck(engine).findings()).isEmpty();
                }
            }
        });
        for (Thread thread : threads) {
            thread.join();
        }
        over.set(true);
        keeper.join();
        if (wrong.get() != null) {
            throw new AssertionError("a thread failed", wrong.get());
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    private static Thread start(AtomicReference<Throwable> wrong, Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                wrong.compareAndSet(null, e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void shouldCountExactlyHoweverManyPutAndReleaseTheSame() throws InterruptedException {
        int contents = 8;
        byte[][] content = new byte[contents][];
        for (int i = 0; i < contents; i++) {
            content[i] = Stores.bytes(i, i % 2 == 0 ? 300 + i : 40_000 + i);
        }
        int[][] held = new int[THREADS][contents];
        ExtentId[] ids = new ExtentId[contents];
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(busy()).open()) {
            ExtentStore extents = engine.extents();
            for (int i = 0; i < contents; i++) {
                ids[i] = extents.put(content[i]);
                extents.release(ids[i]);
            }
            together(engine, (thread, random) -> {
                int[] mine = held[thread];
                for (int round = 0; round < 250; round++) {
                    int which = random.nextInt(contents);
                    if (mine[which] > 0 && random.nextInt(5) < 3) {
                        assertThat(extents.get(ids[which])).isEqualTo(content[which]);
                        extents.release(ids[which], Stores.DURABILITIES.get(random.nextInt(3)))
                                .join();
                        mine[which]--;
                    } else if (mine[which] > 0 && random.nextBoolean()) {
                        extents.retain(ids[which]);
                        mine[which]++;
                    } else {
                        Durability durability = Stores.DURABILITIES.get(random.nextInt(3));
                        assertThat(extents.put(ByteBuffer.wrap(content[which]), durability)
                                        .join())
                                .isEqualTo(ids[which]);
                        mine[which]++;
                    }
                }
            });
            // A buffered release counts once it is durable.
            engine.checkpoint();
            check(extents, content, held, ids);
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
        try (StorageEngine engine = Stores.open(directory)) {
            check(engine.extents(), content, held, ids);
            engine.collect(false, Stores.QUIET);
            assertThat(engine.statistics().garbageExtents()).isZero();
            check(engine.extents(), content, held, ids);
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    private static void check(ExtentStore extents, byte[][] content, int[][] held, ExtentId[] ids) {
        for (int i = 0; i < ids.length; i++) {
            long references = 0;
            for (int[] mine : held) {
                references += mine[i];
            }
            assertThat(extents.stat(ids[i]).map(info -> info.references()).orElse(0L))
                    .isEqualTo(references);
            if (references > 0) {
                assertThat(extents.get(ids[i])).isEqualTo(content[i]);
            }
        }
    }

    @Test
    void shouldKeepNamedObjectsWholeWhileTheyAreReplacedAndRemoved() throws InterruptedException {
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(busy()).open()) {
            ExtentStore extents = engine.extents();
            together(engine, (thread, random) -> {
                for (int round = 0; round < 25; round++) {
                    String name = "name" + random.nextInt(4);
                    int seed = random.nextInt(3);
                    switch (random.nextInt(4)) {
                        case 0, 1 -> {
                            try (ObjectWriter writer = extents.newObject()) {
                                for (int part = 0; part < 40; part++) {
                                    writer.write(ByteBuffer.wrap(Stores.bytes(seed * 100 + part, 1000 * seed + 1)));
                                    writer.cut();
                                }
                                writer.finish(name);
                            }
                        }
                        case 2 -> {
                            try {
                                extents.unbind(name);
                            } catch (NameNotFoundException e) {
                                assertThat(e).hasMessageContaining(name);
                            }
                        }
                        default -> read(extents, name);
                    }
                }
            });
            assertThat(Stores.fsck(engine).findings()).isEmpty();
            for (int i = 0; i < 4; i++) {
                read(extents, "name" + i);
            }
        }
    }

    private static void read(ExtentStore extents, String name) {
        ExtentId root = extents.resolve(name).orElse(null);
        if (root == null) {
            return;
        }
        try (ObjectReader reader = extents.openObject(root)) {
            int part = (int) (reader.length() / 40);
            int seed = part / 1000;
            assertThat(part).isEqualTo(1000 * seed + 1);
            ByteBuffer target = ByteBuffer.allocate((int) reader.length());
            assertThat(reader.read(0, target)).isEqualTo(target.capacity());
            for (int i = 0; i < 40; i++) {
                assertThat(target.slice(i * part, part)).isEqualTo(ByteBuffer.wrap(Stores.bytes(seed * 100 + i, part)));
            }
        } catch (ExtentNotFoundException e) {
            // It was replaced between the two calls.
            assertThat(e).hasMessageContaining(root.toString());
        }
    }

    /** A reader that is opened while a writer writes checkpoint after checkpoint finds one of them, whole. */
    @Test
    void shouldOpenForReadingBesideABusyWriter() throws InterruptedException {
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(busy()).open()) {
            ExtentId kept = engine.extents().put(Stores.bytes(-1, 500));
            together(engine, (thread, random) -> {
                for (int i = 0; i < (thread == 0 ? 40 : 300); i++) {
                    if (thread == 0) {
                        try (StorageEngine reader =
                                StorageEngine.builder(directory).readOnly().open()) {
                            assertThat(reader.extents().get(kept)).isEqualTo(Stores.bytes(-1, 500));
                        }
                    } else {
                        engine.extents().put(Stores.bytes(thread * 1000 + i, 3000));
                    }
                }
            });
        }
    }
}
