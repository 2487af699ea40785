package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.StorageEngine;
import io.ashlar.StoreClosedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a store: what is under way is completed or refused, never lost in between; and interrupts harm nobody. */
@Timeout(60)
class ClosingTest {
    @TempDir
    Path directory;

    @Test
    void shouldRefuseEverythingOnceClosed() throws IOException {
        StorageEngine engine = Stores.open(directory);
        ExtentStore extents = engine.extents();
        ExtentId id = extents.put(Stores.bytes(1, 100));
        ExtentStore.Pin pin = extents.pin();
        ObjectReader reader = extents.openObject(id);
        ObjectWriter writer = extents.newObject();
        writer.write(ByteBuffer.wrap(Stores.bytes(2, 100)));
        engine.close();
        engine.close();
        ByteBuffer target = ByteBuffer.allocate(10);
        List<ThrowingCallable> calls = List.of(
                () -> extents.put(new byte[1]),
                () -> extents.put(new byte[100_000]),
                () -> extents.put(ByteBuffer.allocate(1), Durability.BUFFERED),
                () -> extents.put(new ByteArrayInputStream(new byte[1])),
                () -> extents.put(new io.ashlar.SparseExtent(4096, 0, new BitSet(), ByteBuffer.allocate(0))),
                () -> extents.get(id),
                () -> extents.get(id, 0, target),
                () -> extents.getSparse(id),
                () -> extents.exists(id),
                () -> extents.stat(id),
                () -> extents.retain(id),
                () -> extents.retain(id, Durability.GROUPED),
                () -> extents.release(id),
                () -> extents.release(id, Durability.BUFFERED),
                () -> extents.bind("x", id),
                () -> extents.unbind("x"),
                () -> extents.resolve("x"),
                () -> extents.names("", 1),
                () -> extents.openObject(id),
                extents::newObject,
                extents::pin,
                () -> pin.get(id, 0, target),
                () -> reader.read(0, target),
                () -> writer.write(ByteBuffer.allocate(1)),
                writer::finish,
                () -> writer.finish("x"),
                engine::statistics,
                engine::checkpoint,
                () -> engine.collect(true, Stores.QUIET),
                () -> Stores.fsck(engine));
        for (ThrowingCallable call : calls) {
            assertThatExceptionOfType(StoreClosedException.class).isThrownBy(call);
        }
        pin.close();
        reader.close();
        writer.close();
        try (StorageEngine again = Stores.open(directory)) {
            assertThat(again.recovery().cleanShutdown()).isTrue();
            assertThat(again.extents().get(id)).isEqualTo(Stores.bytes(1, 100));
        }
    }

    /** Whoever gets an id has stored something; whoever does not is told that the store is closed, and soon. */
    @Test
    void shouldCompleteOrRefuseEveryPutThatRacesWithClose() throws Exception {
        for (int round = 0; round < 10; round++) {
            StorageEngine engine = Stores.open(directory);
            Map<ExtentId, byte[]> stored = new ConcurrentHashMap<>();
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            AtomicLong count = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                int thread = t;
                int salt = round;
                Thread writer = new Thread(() -> {
                    try {
                        for (int i = 0; ; i++) {
                            byte[] content = Stores.bytes(
                                    salt * 1_000_000L + thread * 100_000 + i, thread % 2 == 0 ? 500 : 50_000);
                            Durability durability = Stores.DURABILITIES.get(thread / 2);
                            ExtentId id = engine.extents()
                                    .put(ByteBuffer.wrap(content), durability)
                                    .get(30, TimeUnit.SECONDS);
                            stored.put(id, content);
                            assertThat(engine.extents().get(id)).isEqualTo(content);
                            count.incrementAndGet();
                        }
                    } catch (StoreClosedException e) {
                        // As it should be.
                        assertThat(e).isNotNull();
                    } catch (ExecutionException e) {
                        if (!(e.getCause() instanceof StoreClosedException)) {
                            wrong.compareAndSet(null, e);
                        }
                    } catch (Throwable e) {
                        wrong.compareAndSet(null, e);
                    }
                });
                writer.start();
                threads.add(writer);
            }
            int some = 20 * round;
            assertThat(Stores.eventually(() -> count.get() >= some)).isTrue();
            engine.close();
            for (Thread thread : threads) {
                thread.join(20_000);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(wrong.get()).isNull();
            try (StorageEngine again = Stores.open(directory)) {
                assertThat(again.recovery().cleanShutdown()).isTrue();
                stored.forEach(
                        (id, content) -> assertThat(again.extents().get(id)).isEqualTo(content));
            }
        }
    }

    @Test
    void shouldNeitherEndACallNorHarmTheStoreByAnInterrupt() throws Exception {
        try (StorageEngine engine = Stores.open(directory)) {
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            AtomicLong interrupts = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int thread = t;
                Thread worker = new Thread(() -> {
                    try {
                        for (int i = 0; i < 100; i++) {
                            byte[] content = Stores.bytes(thread * 1000 + i, i % 3 == 0 ? 50_000 : 500);
                            ExtentId id = engine.extents().put(content);
                            assertThat(engine.extents().get(id)).isEqualTo(content);
                            if (i % 20 == 0) {
                                engine.checkpoint();
                                engine.collect(false, Stores.QUIET);
                            }
                            if (Thread.interrupted()) {
                                interrupts.incrementAndGet();
                            }
                        }
                    } catch (Throwable e) {
                        wrong.compareAndSet(null, e);
                    }
                });
                worker.start();
                threads.add(worker);
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                threads.forEach(Thread::interrupt);
                Thread.sleep(1);
            }
            assertThat(wrong.get()).isNull();
            assertThat(interrupts).hasPositiveValue();
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    @Test
    void shouldEndChecksAndCollectionsThatAreUnderWay() throws Exception {
        StorageEngine engine = Stores.open(directory);
        for (int i = 0; i < 20; i++) {
            engine.extents().put(Stores.bytes(i, 100_000));
        }
        CompletableFuture<Object> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return engine.fsck(200_000, Stores.QUIET);
            } catch (RuntimeException e) {
                return e;
            }
        });
        Thread.sleep(300);
        engine.close();
        assertThat(slow.get(20, TimeUnit.SECONDS))
                .isInstanceOfAny(StoreClosedException.class, io.ashlar.FsckReport.class);
        if (slow.get() instanceof io.ashlar.FsckReport report) {
            assertThat(report.clean()).isFalse();
        }
    }
}
