package io.ashlar.formal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Breaks the specifications on purpose, and expects that what each mutant is said to break does not hold any more: a promise
 * that nothing can break says nothing.
 */
final class MutantsIT {
    private static final int AT_ONCE = 2;
    private static final int TIMES_BROKEN = 2;
    private static final int MUTANTS = 40;

    @TempDir
    private static Path scratch = Path.of("");

    private static final Map<Mutant, Future<Tlc.Result>> RESULTS = new LinkedHashMap<>();
    private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(AT_ONCE);

    @BeforeAll
    static void start() throws IOException {
        for (Mutant mutant : Mutant.all()) {
            RESULTS.put(mutant, EXECUTOR.submit(() -> check(mutant)));
        }
    }

    @AfterAll
    static void stop() {
        EXECUTOR.shutdownNow();
    }

    static List<Mutant> mutants() throws IOException {
        return Mutant.all();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isRejected(Mutant mutant) throws InterruptedException, ExecutionException, IOException {
        Tlc.Result result = Objects.requireNonNull(RESULTS.get(mutant)).get();
        System.out.println(mutant + " | " + result);
        boolean invariant = configuration(mutant.model()).invariants().contains(mutant.breaks());
        assertThat(result.verdict())
                .as(result.output())
                .isIn(invariant ? Set.of(mutant.breaks()) : Set.of("action", "temporal"));
    }

    /** Of every promise in every configuration, there are mutants that break it. */
    @Test
    void everyPromiseIsBroken() throws IOException {
        Map<String, String> modules = models();
        Map<String, List<String>> broken = new TreeMap<>();
        for (Map.Entry<String, String> model : modules.entrySet()) {
            for (String promise : configuration(model.getKey()).promises()) {
                broken.putIfAbsent(model.getValue() + "." + promise, new ArrayList<>());
            }
        }
        List<Mutant> all = Mutant.all();
        for (Mutant mutant : all) {
            assertThat(modules).as(mutant.toString()).containsEntry(mutant.model(), mutant.module());
            Objects.requireNonNull(broken.get(mutant.module() + "." + mutant.breaks()), mutant.toString())
                    .add(mutant.name());
        }
        broken.forEach((promise, by) ->
                assertThat(Set.copyOf(by)).as(promise).hasSize(by.size()).hasSizeGreaterThanOrEqualTo(TIMES_BROKEN));
        assertThat(all).hasSizeGreaterThanOrEqualTo(MUTANTS);
    }

    /** No promise is only made in a model that is seldom checked, and none in a model that the build does not know. */
    @Test
    void everyConfigurationIsKnown() throws IOException {
        Map<String, String> deep = models("/deep-models.csv");
        Map<String, String> quick = models();
        try (Stream<Path> files = Files.list(Tlc.SPECS)) {
            Set<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cfg"))
                    .map(name -> name.replace(".cfg", ""))
                    .collect(Collectors.toSet());
            assertThat(Stream.of(quick, deep).flatMap(models -> models.keySet().stream()))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
        for (Map.Entry<String, String> model : deep.entrySet()) {
            Set<String> checked = quick.entrySet().stream()
                    .filter(other -> other.getValue().equals(model.getValue()))
                    .flatMap(other -> configuration(other.getKey()).promises().stream())
                    .collect(Collectors.toSet());
            assertThat(checked).containsAll(configuration(model.getKey()).promises());
        }
    }

    private static Tlc.Result check(Mutant mutant) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(scratch, mutant.module());
        Path module = Path.of(mutant.module() + ".tla");
        Files.writeString(directory.resolve(module), mutant.applyTo(Files.readString(Tlc.SPECS.resolve(module))));
        Files.writeString(
                directory.resolve("Mutant.cfg"), configuration(mutant.model()).only(mutant.breaks()));
        return new Tlc(directory)
                .library(Tlc.SPECS)
                .workers(1)
                .heapMegabytes(1024)
                .shortLived()
                .check(mutant.module(), "Mutant");
    }

    private static Configuration configuration(String model) {
        try {
            return Configuration.read(Tlc.SPECS.resolve(model + ".cfg"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, String> models() throws IOException {
        return models("/models.csv");
    }

    /** Module by configuration. */
    private static Map<String, String> models(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(MutantsIT.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(","))
                    .collect(Collectors.toMap(cells -> cells[1], cells -> cells[0]));
        }
    }
}
