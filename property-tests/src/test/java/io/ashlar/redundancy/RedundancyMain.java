package io.ashlar.redundancy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Shows what a store over six {@code file:} drives, 4+2, bears: {@code scripts/redundancy-test.sh}. Prints figures; ends with 1 if
 * something was not as it must be.
 */
public final class RedundancyMain {
    private static final Logger ENGINE = Logger.getLogger("io.ashlar");

    private RedundancyMain() {}

    /** One of the things to try. */
    private interface Trial {
        void run(Options options, Findings findings, Corpus corpus, Path directory) throws Exception;
    }

    private static Map<String, Trial> trials() {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put(
                "losses", (options, findings, corpus, place) -> new LossTrial(options, findings, corpus, place).run());
        trials.put(
                "flips", (options, findings, corpus, place) -> new FlipTrial(options, findings, corpus, place).run());
        trials.put(
                "degraded",
                (options, findings, corpus, place) -> new DegradedTrial(options, findings, corpus, place).run());
        trials.put(
                "metadata",
                (options, findings, corpus, place) -> new MetadataTrial(options, findings, corpus, place).run());
        trials.put(
                "rebuild",
                (options, findings, corpus, place) -> new RebuildTrial(options, findings, corpus, place).run());
        return trials;
    }

    /**
     * Runs trials.
     *
     * @param arguments as the script's {@code --help} says
     * @throws Exception if one could not be run to its end
     */
    public static void main(String[] arguments) throws Exception {
        Map<String, Trial> trials = trials();
        Options options;
        try {
            options = Options.of(arguments);
            if (!trials.keySet().containsAll(options.only())) {
                throw new IllegalArgumentException("--only " + options.only());
            }
        } catch (IllegalArgumentException e) {
            System.err.println("redundancy-test.sh: " + e.getMessage() + "? --help tells what there is");
            System.exit(2);
            return;
        }
        // It warns of what is done to it.
        ENGINE.setLevel(Level.OFF);
        System.exit(run(options, trials) == 0 ? 0 : 1);
    }

    private static long run(Options options, Map<String, Trial> trials) throws Exception {
        long begun = System.nanoTime();
        Path given = options.directory();
        Path base = given == null ? Files.createTempDirectory("ashlar-redundancy") : Files.createDirectories(given);
        Findings findings = new Findings(System.out);
        Corpus corpus = Corpus.read(options.data(), options.seed());
        findings.say(
                "redundancy: seed %d, %.0f MiB of data in %s, six drives in %s, 4+2, acknowledged at %d shards",
                options.seed(),
                corpus.bytes() / (double) (1 << 20),
                options.data(),
                base,
                SixDrives.REDUNDANCY.quorum());
        List<String> chosen = options.only().isEmpty() ? List.copyOf(trials.keySet()) : options.only();
        for (String name : chosen) {
            Trial trial = trials.get(name);
            if (trial != null) {
                run(name, trial, options, findings, corpus, base.resolve(name));
            }
        }
        if (given == null && findings.violations() == 0) {
            Trees.delete(base);
        }
        findings.say(
                "redundancy: %s with seed %d in %.0f s, %s",
                chosen,
                options.seed(),
                (System.nanoTime() - begun) / 1e9,
                findings.violations() == 0
                        ? "no violation"
                        : "VIOLATED " + findings.violations() + " times; the stores are in " + base);
        return findings.violations();
    }

    private static void run(String name, Trial trial, Options options, Findings findings, Corpus corpus, Path directory)
            throws Exception {
        Trees.delete(directory);
        long before = findings.violations();
        try {
            trial.run(options, findings, corpus, directory);
        } catch (RuntimeException e) {
            findings.violation(name + " ended with " + e);
            e.printStackTrace(System.out);
        }
        if (findings.violations() == before) {
            Trees.delete(directory);
        }
    }
}
