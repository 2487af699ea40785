package io.ashlar.formal.trace;

import io.ashlar.StorageEngine;
import io.ashlar.formal.Scratch;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Several lives of a real process on one store, each of which is killed without a warning. What the probe saw goes into a file
 * line by line, and outlives the process that wrote it.
 */
final class KilledRun {
    private static final int LIVES = 6;

    private static final int LOG_BYTES_MAX = 20_000;
    private static final int ROUNDS_MAX = 100;

    private static final long LIFE_MILLIS_MAX = 60_000;

    private KilledRun() {}

    /** Runs; returns the log. When a process is killed depends on the machine as well. */
    static List<String> log(long seed) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        Path directory = Scratch.create();
        Path log = Files.createFile(directory.resolve("log"));
        try {
            for (int life = 0; life < LIVES; life++) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledRun.class.getName(),
                                directory.resolve("store").toString(),
                                log.toString(),
                                Long.toString(seed * LIVES + life))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output-" + life).toFile())
                        .start();
                try {
                    await(
                            process,
                            log,
                            Files.size(log) + random.nextInt(LOG_BYTES_MAX),
                            directory.resolve("output-" + life));
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
            String text = Files.readString(log);
            return text.substring(0, text.lastIndexOf('\n')).lines().toList();
        } finally {
            Scratch.delete(directory);
        }
    }

    /** Waits until so much is written. */
    private static void await(Process process, Path log, long bytes, Path output)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIFE_MILLIS_MAX);
        while (Files.size(log) <= bytes) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the process writes no more: " + Files.readString(output));
            }
            Thread.sleep(1);
        }
    }

    /**
     * One life: users at work until the end.
     *
     * @param arguments the store's directory, the log, a seed
     * @throws Exception if it failed
     */
    public static void main(String[] arguments) throws Exception {
        // No channel, which an interrupt of a writing user would close.
        try (OutputStream log = new FileOutputStream(arguments[1], true);
                StorageEngine engine = CrowdRun.open(Path.of(arguments[0]), line -> append(log, line))) {
            // Far more than anybody waits for; but not for ever, should nobody be left to kill it.
            for (int round = 0; round < ROUNDS_MAX; round++) {
                CrowdRun.crowd(engine, Long.parseLong(arguments[2]) + 1000L * round);
            }
        }
    }

    private static void append(OutputStream log, String line) {
        try {
            log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
