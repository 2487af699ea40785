package io.ashlar.benchmarks;

import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import io.ashlar.benchmarks.writepath.Content;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engine itself takes for a durable put of 4 KiB, on a disk whose forces cost nothing. Checkpoints that fall due are part
 * of it; with {@code -prof gc} so is what they allocate.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PutBenchmark {
    private static final int RECORD_BYTES = 4232;
    private static final long TRUNCATE_BYTES = 32 << 20;

    private final Content content = new Content(4096);
    private final Content record = new Content(RECORD_BYTES);
    private Path directory;
    private StorageEngine engine;
    private Journal journal;

    /**
     * Opens a store and a journal.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = Files.createTempDirectory("ashlar-put");
        engine = StorageEngine.builder(directory.resolve("store"))
                .seams(new UnforcedDisk(), null, null, null)
                .open();
        journal = Journal.create(
                new UnforcedDisk(),
                directory.resolve("journal"),
                new JournalSettings(8 << 20, 512 << 20, 1 << 20, 4),
                1,
                2);
    }

    /**
     * Deletes both.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        engine.close();
        journal.close();
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    /**
     * A put of new content, SYNC, on one thread.
     *
     * @return its id
     */
    @Benchmark
    public ExtentId put() {
        return engine.extents().put(content.next());
    }

    /**
     * The journal's part: a record appended and written.
     *
     * @return its sequence number
     */
    @Benchmark
    public long append() {
        try {
            ByteBuffer next = record.next();
            long sequence = journal.append(1, next, false);
            journal.force();
            if (journal.usedBytes() > TRUNCATE_BYTES) {
                journal.roll(true);
                journal.truncate(journal.replayPoint().segment());
            }
            return sequence;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
