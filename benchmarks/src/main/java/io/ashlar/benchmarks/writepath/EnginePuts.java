package io.ashlar.benchmarks.writepath;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.StorageEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Puts into a store of its own, with the settings that a user gets. Checkpoints that fall due while it runs are part of the price.
 *
 * @param window how many puts each thread keeps under way: with one it puts SYNC, with more GROUPED
 */
record EnginePuts(String name, int operationBytes, int threads, int window, String limit) implements Contender {
    private record Ticket(CompletableFuture<ExtentId> future, long startedNanos) {}

    @Override
    public Round prepare(Path directory) throws IOException {
        StorageEngine engine = StorageEngine.open(directory.resolve("store"));
        ExtentStore extents = engine.extents();
        return new Round() {
            @Override
            public void run(Stopwatch watch) throws Exception {
                Crew.run(threads, watch, (ordinal, lane) -> {
                    Content content = new Content(operationBytes);
                    if (window == 1) {
                        putOneByOne(extents, content, lane);
                    } else {
                        putMany(extents, content, lane);
                    }
                });
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    private static void putOneByOne(ExtentStore extents, Content content, Stopwatch.Lane lane) {
        while (lane.running()) {
            ByteBuffer next = content.next();
            long started = System.nanoTime();
            extents.put(next);
            lane.done(started);
        }
    }

    private void putMany(ExtentStore extents, Content content, Stopwatch.Lane lane) {
        Queue<Ticket> underWay = new ArrayDeque<>();
        while (lane.running()) {
            if (underWay.size() == window) {
                take(underWay, lane);
            }
            long started = System.nanoTime();
            underWay.add(new Ticket(extents.put(content.next(), Durability.GROUPED), started));
        }
        while (!underWay.isEmpty()) {
            take(underWay, lane);
        }
    }

    private static void take(Queue<Ticket> underWay, Stopwatch.Lane lane) {
        Ticket oldest = underWay.remove();
        ExtentId unused = oldest.future().join();
        lane.done(oldest.startedNanos());
    }
}
