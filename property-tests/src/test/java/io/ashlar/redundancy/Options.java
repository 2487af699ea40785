package io.ashlar.redundancy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to try, and how much of it.
 *
 * @param only the parts; empty for all
 * @param data where real data is
 * @param directory where stores are made; null for a temporary directory
 * @param seed where chance begins
 * @param lossMib how much is stored before drives are lost
 * @param lossSeconds how long reading and writing go on around each loss
 * @param flipMib how much is stored before bytes are flipped
 * @param flips how many bytes are flipped
 * @param beyond of how many extents more shards are damaged than may be
 * @param readMib how much is stored for random reads
 * @param reads how many random reads there are, healthy and again degraded
 * @param commits how many puts the store has that is opened from what is left of its drives
 */
record Options(
        List<String> only,
        Path data,
        @Nullable Path directory,
        long seed,
        long lossMib,
        int lossSeconds,
        long flipMib,
        int flips,
        int beyond,
        long readMib,
        int reads,
        int commits) {
    private static final Map<String, String> FULL = Map.of(
            "--loss-mib", "1200",
            "--loss-seconds", "20",
            "--flip-mib", "400",
            "--flips", "10000",
            "--beyond", "20",
            "--read-mib", "400",
            "--reads", "20000",
            "--commits", "300");
    private static final Map<String, String> SMALL = Map.of(
            "--loss-mib", "40",
            "--loss-seconds", "3",
            "--flip-mib", "30",
            "--flips", "400",
            "--beyond", "4",
            "--read-mib", "30",
            "--reads", "1500",
            "--commits", "30");
    private static final Set<String> OTHERS = Set.of("--only", "--data", "--dir", "--seed");

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException if they are not as the usage says
     */
    static Options of(String[] arguments) {
        Map<String, String> values = new HashMap<>(FULL);
        values.put("--seed", "1");
        values.put("--data", System.getProperty("java.home"));
        List<String> only = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--small")) {
                values.putAll(SMALL);
                continue;
            }
            if ((!FULL.containsKey(name) && !OTHERS.contains(name)) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(name);
            }
            String value = arguments[++i];
            if (name.equals("--only")) {
                only.add(value);
            } else {
                values.put(name, value);
            }
        }
        String directory = values.get("--dir");
        return new Options(
                List.copyOf(only),
                Path.of(Objects.requireNonNull(values.get("--data"))),
                directory == null ? null : Path.of(directory),
                number(values, "--seed"),
                number(values, "--loss-mib"),
                (int) number(values, "--loss-seconds"),
                number(values, "--flip-mib"),
                (int) number(values, "--flips"),
                (int) number(values, "--beyond"),
                number(values, "--read-mib"),
                (int) number(values, "--reads"),
                (int) number(values, "--commits"));
    }

    private static long number(Map<String, String> values, String name) {
        long number = Long.parseLong(Objects.requireNonNull(values.get(name)));
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " " + number);
        }
        return number;
    }
}
