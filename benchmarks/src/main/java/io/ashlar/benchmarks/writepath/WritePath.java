package io.ashlar.benchmarks.writepath;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Times the write path beside the disk's own limit. All contenders take turns in one process, round after round and each time
 * from another one on, so that a busy moment of the machine hits them alike; figures are medians over the rounds. The first
 * round warms up and does not count.
 */
public final class WritePath {
    private static final int SMALL = 4096;
    /** What the journal writes for a put of 4 KiB: the image's header and directory, the record's and the frame's. */
    private static final int SMALL_FRAMED = 4304;

    private static final int LARGE = 2 << 20;

    private static final List<Contender> CONTENDERS = contenders();

    private final Path directory;
    private final long roundNanos;
    private final Map<String, List<Stopwatch.Sample>> samples = new LinkedHashMap<>();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private int restless;

    private WritePath(Path directory, long roundNanos) {
        this.directory = directory;
        this.roundNanos = roundNanos;
    }

    private static List<Contender> contenders() {
        String force = "raw 4 KiB write + force";
        String group8 = "raw 4 KiB group commit, 8 threads";
        String group64 = "raw 4 KiB group commit, 64 threads";
        String objects = "raw 2 MiB file + force + rename + directory force";
        String objects2 = objects + ", 2 threads";
        String stream = "raw 2 MiB sequential writes, one force";
        return List.of(
                new RawAppend(force, SMALL, SMALL),
                new RawAppend("raw write + force of 4,304 bytes, unaligned", SMALL, SMALL_FRAMED),
                new EnginePuts("Ashlar 4 KiB SYNC, 1 thread", SMALL, 1, 1, force),
                new RawGroupCommit(group8, SMALL, 8, 30_000),
                new EnginePuts("Ashlar 4 KiB SYNC, 8 threads", SMALL, 8, 1, group8),
                new RawGroupCommit(group64, SMALL, 64, 30_000),
                new EnginePuts("Ashlar 4 KiB SYNC, 64 threads", SMALL, 64, 1, group64),
                new RawStream(stream, LARGE),
                new RawObjects(objects, LARGE, 1),
                new RawObjects(objects2, LARGE, 2),
                new EnginePuts("Ashlar 2 MiB SYNC, 1 thread", LARGE, 1, 1, objects),
                new EnginePuts("Ashlar 2 MiB SYNC, 2 threads", LARGE, 2, 1, objects2),
                new EnginePuts("Ashlar 2 MiB GROUPED, 1 thread, 8 under way", LARGE, 1, 8, stream));
    }

    /**
     * Runs it.
     *
     * @param arguments {@code --dir DIR}, {@code --rounds N}, {@code --millis N} a contender and round, {@code --only REGEX}
     * @throws Exception if something failed
     */
    public static void main(String[] arguments) throws Exception {
        Path base = Path.of(System.getProperty("java.io.tmpdir"));
        int rounds = 5;
        long millis = 1_500;
        Pattern only = Pattern.compile("");
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--dir" -> base = Path.of(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--millis" -> millis = Long.parseLong(value);
                case "--only" -> only = Pattern.compile(value);
                default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
            }
        }
        Pattern wanted = only;
        List<Contender> selected = CONTENDERS.stream()
                .filter(contender -> wanted.matcher(contender.name()).find())
                .toList();
        Path directory = Files.createTempDirectory(Files.createDirectories(base), "ashlar-write-path");
        try {
            WritePath run = new WritePath(directory, millis * 1_000_000);
            run.run(selected, rounds);
            new Report(run.samples, System.out).print(selected);
            if (run.restless > 0) {
                System.out.printf(
                        "%nThe disk did not come to rest before %d of %d turns: run this again.%n",
                        run.restless, (rounds + 1) * selected.size());
            }
        } finally {
            deleteAll(directory);
        }
    }

    private void run(List<Contender> contenders, int rounds) throws Exception {
        for (Contender contender : contenders) {
            time(contender, roundNanos / 2);
        }
        List<Contender> turn = new ArrayList<>(contenders);
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            for (Contender contender : turn) {
                samples.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                        .add(time(contender, roundNanos));
            }
            Collections.rotate(turn, -1);
        }
    }

    private Stopwatch.Sample time(Contender contender, long nanos) throws Exception {
        Path own = Files.createDirectory(directory.resolve("turn"));
        restless += Rest.await(directory.resolve("rest")) ? 0 : 1;
        try (Contender.Round round = contender.prepare(own)) {
            Stopwatch watch = new Stopwatch(nanos);
            long cpu = system.getProcessCpuTime();
            round.run(watch);
            return watch.sample((system.getProcessCpuTime() - cpu) / (double) watch.elapsedNanos());
        } finally {
            deleteAll(own);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
