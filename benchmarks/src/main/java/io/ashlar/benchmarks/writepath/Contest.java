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
 * Times contenders in turns in one process, round after round and each time from another one on, so that a busy moment of the
 * machine hits them alike; figures are medians over the rounds. The first round warms up and does not count.
 */
public final class Contest {
    private final Path directory;
    private final long roundNanos;
    private final Map<String, List<Stopwatch.Sample>> samples = new LinkedHashMap<>();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private int restless;

    private Contest(Path directory, long roundNanos) {
        this.directory = directory;
        this.roundNanos = roundNanos;
    }

    /**
     * Runs one, and prints the figures.
     *
     * @param all who may take part
     * @param arguments {@code --dir DIR}, {@code --rounds N}, {@code --millis N} a contender and round, {@code --only REGEX}
     * @throws Exception if something failed
     */
    public static void run(List<Contender> all, String[] arguments) throws Exception {
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
        List<Contender> selected = all.stream()
                .filter(contender -> wanted.matcher(contender.name()).find())
                .toList();
        Path directory = Files.createTempDirectory(Files.createDirectories(base), "ashlar-contest");
        try {
            Contest run = new Contest(directory, millis * 1_000_000);
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
        try (Contender.Round round = contender.prepare(own)) {
            restless += Rest.await(directory.resolve("rest")) ? 0 : 1;
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
