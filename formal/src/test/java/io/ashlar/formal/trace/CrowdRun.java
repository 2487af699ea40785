package io.ashlar.formal.trace;

import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.NameNotFoundException;
import io.ashlar.StorageEngine;
import io.ashlar.formal.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Several users at once on an engine with all its threads, in a real directory; opened twice. */
final class CrowdRun {
    private static final int USERS = 4;
    private static final int OPERATIONS = 30;
    private static final int CONTENTS = 4;
    private static final int REFERENCES_MAX = 2;
    private static final int INTERRUPT_ONE_IN = 8;
    private static final List<Durability> DURABILITIES = List.of(Durability.values());

    private CrowdRun() {}

    /** Runs; returns the log. What happens depends on the threads, the seed only decides what users ask for. */
    static List<String> log(long seed) throws IOException, InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Path directory = Scratch.create();
        try {
            for (int life = 0; life < 2; life++) {
                live(directory.resolve("store"), seed * 2 + life, lines);
            }
        } finally {
            Scratch.delete(directory);
        }
        return new ArrayList<>(lines);
    }

    private static void live(Path directory, long seed, List<String> lines) throws IOException, InterruptedException {
        try (StorageEngine engine = open(directory, lines::add)) {
            crowd(engine, seed);
        }
    }

    /** Opens a store that is watched. */
    static StorageEngine open(Path directory, Consumer<String> lines) {
        EngineSettings settings = EngineSettings.defaults()
                .withInlineThresholdBytes(0)
                .withExtentPageBytes(512)
                .withGcGraceMillis(0)
                .withMaintenanceIntervalMillis(1);
        ProbeLog log = new ProbeLog(lines) {
            @Override
            public void recovered(long sequence) {
                super.recovered(sequence);
                found(objects(directory));
            }
        };
        return StorageEngine.builder(directory).settings(settings).probe(log).open();
    }

    /** Lets users at a store. */
    static void crowd(StorageEngine engine, long seed) throws InterruptedException {
        ExecutorService users = Executors.newFixedThreadPool(USERS);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int user = 0; user < USERS; user++) {
                all.add(users.submit(user(engine.extents(), new SplittableRandom(seed * USERS + user))));
            }
            for (Future<Void> one : all) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException("a user failed", e.getCause());
                }
            }
        } finally {
            users.shutdownNow();
        }
    }

    /** The names of all objects in a store's directory. */
    static List<String> objects(Path directory) {
        Path extents = directory.resolve("extents");
        if (!Files.exists(extents)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(extents)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Callable<Void> user(ExtentStore extents, SplittableRandom random) {
        return () -> {
            List<ExtentId> mine = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                if (random.nextInt(INTERRUPT_ONE_IN) == 0) {
                    // Which is nobody's business but the user's.
                    Thread.currentThread().interrupt();
                }
                try {
                    operation(extents, random, mine);
                } catch (NameNotFoundException e) {
                    // Nothing was bound.
                } finally {
                    Thread.interrupted();
                }
            }
            for (ExtentId id : mine) {
                extents.release(id, Durability.GROUPED).join();
            }
            return null;
        };
    }

    private static void operation(ExtentStore extents, SplittableRandom random, List<ExtentId> mine) {
        String name = "n" + random.nextInt(2);
        int toss = random.nextInt(12);
        if (toss < 4 && mine.size() < REFERENCES_MAX) {
            byte[] content = new byte[64];
            Arrays.fill(content, (byte) random.nextInt(CONTENTS));
            Durability durability = DURABILITIES.get(random.nextInt(DURABILITIES.size()));
            mine.add(extents.put(ByteBuffer.wrap(content), durability).join());
        } else if (toss < 8 && !mine.isEmpty()) {
            ExtentId id = mine.remove(random.nextInt(mine.size()));
            extents.release(id, Durability.BUFFERED).join();
        } else if (toss < 9 && !mine.isEmpty()) {
            extents.bind(name, mine.get(random.nextInt(mine.size())));
        } else if (toss < 10) {
            extents.unbind(name);
        } else if (!mine.isEmpty()) {
            try (var pin = extents.pin()) {
                extents.get(mine.get(random.nextInt(mine.size())));
            }
        }
    }
}
