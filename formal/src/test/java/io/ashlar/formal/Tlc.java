package io.ashlar.formal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the model checker TLC in a virtual machine of its own, since it keeps what it read in static fields, and tells what it
 * found.
 */
public final class Tlc {
    /** Where the specifications are. */
    public static final Path SPECS = Path.of("specs").toAbsolutePath();

    private static final Pattern STATES =
            Pattern.compile("([0-9,]+) states generated, ([0-9,]+) distinct states found, ([0-9,]+) states left");
    private static final Pattern DEPTH = Pattern.compile("The depth of the complete state graph search is ([0-9,]+)");
    private static final Pattern INVARIANT = Pattern.compile("Invariant (\\w+) is violated");
    private static final Pattern PROPERTY = Pattern.compile("Action property (.*) is violated");

    /**
     * What TLC said.
     *
     * @param verdict {@code ok}, the violated invariant's name, {@code action} for a violated action property or refinement,
     *     {@code temporal} for a violated liveness property, {@code deadlock}, or {@code error} when the model itself is wrong
     * @param generated states seen, with repetitions
     * @param distinct states
     * @param depth of the search; 0 if it did not end
     * @param seconds it took
     * @param output all that was printed
     */
    public record Result(String verdict, long generated, long distinct, int depth, double seconds, String output) {
        public boolean ok() {
            return verdict.equals("ok");
        }

        @Override
        public String toString() {
            return String.format(
                    "%s: %,d distinct states of %,d, depth %d, %.1f s", verdict, distinct, generated, depth, seconds);
        }
    }

    private final Path directory;
    private final List<String> options = new ArrayList<>();
    private List<String> flags = List.of("-XX:+UseParallelGC");
    private int heapMegabytes = 2048;
    private int workers = Runtime.getRuntime().availableProcessors();
    private long timeoutMinutes = 60;
    private @Nullable Path library;

    /**
     * Prepares a run.
     *
     * @param directory where the module and its configuration are
     */
    public Tlc(Path directory) {
        this.directory = directory;
    }

    public Tlc workers(int number) {
        workers = number;
        return this;
    }

    public Tlc heapMegabytes(int megabytes) {
        heapMegabytes = megabytes;
        return this;
    }

    /** Starts quickly, for models that end soon. */
    public Tlc shortLived() {
        flags = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        return this;
    }

    public Tlc timeoutMinutes(long minutes) {
        timeoutMinutes = minutes;
        return this;
    }

    /** Where modules are looked for that are not in the directory itself. */
    public Tlc library(Path modules) {
        library = modules;
        return this;
    }

    public Tlc option(String... more) {
        options.addAll(Arrays.asList(more));
        return this;
    }

    /**
     * Checks a model.
     *
     * @param module the module's name
     * @param configuration the configuration's name, without its ending
     * @return what was found
     * @throws IOException if TLC could not be run
     */
    public Result check(String module, String configuration) throws IOException, InterruptedException {
        Path scratch = Scratch.create();
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heapMegabytes + "m",
                    // TLC unpacks its standard modules there, and two runs must not meet.
                    "-Djava.io.tmpdir=" + scratch));
            command.addAll(flags);
            if (library != null) {
                command.add("-DTLA-Library=" + library);
            }
            command.addAll(List.of("-cp", jar().toString(), "tlc2.TLC"));
            command.addAll(List.of("-workers", Integer.toString(workers), "-metadir", scratch.toString()));
            command.addAll(List.of("-config", configuration + ".cfg"));
            command.addAll(options);
            command.add(module);
            long begin = System.nanoTime();
            Path output = scratch.resolve("output.txt");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(timeoutMinutes, TimeUnit.MINUTES)) {
                    throw new IOException("TLC took more than " + timeoutMinutes + " minutes for " + module + " with "
                            + configuration + ".cfg");
                }
            } finally {
                process.destroyForcibly().onExit().join();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            String said;
            try (InputStream in = Files.newInputStream(output)) {
                said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            return new Result(
                    verdict(said),
                    number(STATES, 1, said),
                    number(STATES, 2, said),
                    (int) number(DEPTH, 1, said),
                    seconds,
                    said);
        } finally {
            Scratch.delete(scratch);
        }
    }

    private static Path jar() throws IOException {
        try {
            return Path.of(Class.forName("tlc2.TLC", false, Tlc.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
            throw new IOException("the model checker is not on the class path", e);
        }
    }

    private static String verdict(String output) {
        Matcher invariant = INVARIANT.matcher(output);
        if (invariant.find()) {
            return invariant.group(1);
        }
        if (PROPERTY.matcher(output).find()) {
            return "action";
        }
        if (output.contains("Temporal properties were violated")) {
            return "temporal";
        }
        if (output.contains("Deadlock reached")) {
            return "deadlock";
        }
        return output.contains("No error has been found") ? "ok" : "error";
    }

    /** The last number that a pattern finds, or 0. */
    private static long number(Pattern pattern, int group, String output) {
        Matcher matcher = pattern.matcher(output);
        long found = 0;
        while (matcher.find()) {
            found = Long.parseLong(matcher.group(group).replace(",", ""));
        }
        return found;
    }
}
