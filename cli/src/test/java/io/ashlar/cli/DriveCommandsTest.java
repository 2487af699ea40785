package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.cli.tree.TreeComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The life of a store over drives, as somebody leads it on the command line. Every command opens the real store and closes it. */
class DriveCommandsTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path source;
    private String store;

    @BeforeEach
    void makeFiles() throws IOException {
        store = directory.resolve("store").toString();
        Files.createDirectories(directory.resolve("source/sub"));
        source = directory.resolve("source");
        Random random = new Random(11);
        for (int i = 0; i < 40; i++) {
            byte[] content =
                    new byte[random.nextInt(4) == 0 ? 300_000 + random.nextInt(300_000) : random.nextInt(40_000)];
            random.nextBytes(content);
            Files.write(source.resolve((i % 2 == 0 ? "sub/" : "") + "file-" + i), content);
        }
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CliContext context = new CliContext(StoreOpener.real(), new Interrupt(), name -> Optional.empty());
        CommandLine command =
                AshlarCommand.commandLine(context).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--store")) {
            all.addAll(List.of("--store", store));
        }
        return command.execute(all.toArray(String[]::new));
    }

    private void run(String... arguments) {
        assertThat(execute(arguments))
                .as("%s: %s%s", String.join(" ", arguments), err, out)
                .isZero();
    }

    private String drive(int number) {
        return directory.resolve("drive-" + number).toString();
    }

    private void create(String where, int... drives) {
        List<String> arguments = new ArrayList<>(List.of("create", "--store", where, "--data", "4", "--json"));
        for (int number : drives) {
            arguments.addAll(List.of("--drive", drive(number)));
        }
        run(arguments.toArray(String[]::new));
    }

    private void exportIsEqual(String name) throws IOException {
        Path target = directory.resolve(name);
        run("export", "source", target.toString());
        assertThat(new TreeComparison().differences(source, target)).isEmpty();
        Directories.delete(target);
    }

    private String state(int number) {
        execute("drive", "ls", "--json");
        return out.toString()
                .lines()
                .filter(line -> line.contains("\"number\":" + number + ","))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\"state\":\"([a-z]*)\".*", "$1");
    }

    @Test
    void shouldLoseReplaceAddDrainAndRemoveDrives() throws IOException {
        create(store, 1, 2, 3, 4, 5, 6);
        assertThat(out.toString())
                .contains("\"created\":true")
                .contains("\"drives\":6")
                .contains("\"quorum\":5");
        run("import", source.toString());
        run("drive", "ls", "--json");
        assertThat(out.toString().lines()).hasSize(6).allMatch(line -> line.contains("\"state\":\"online\""));
        assertThat(out.toString().lines().filter(line -> line.contains("\"journal\":true")))
                .hasSize(3);
        run("drive", "ls");
        assertThat(out.toString()).contains("free").contains("online");

        Directories.delete(Path.of(drive(2)));
        exportIsEqual("without-2");
        assertThat(execute("drive", "ls")).isEqualTo(ExitCode.PROBLEMS.code());
        run("drive", "replace", "2", drive(7));
        run("scrub", "--json");
        assertThat(out.toString()).contains("\"clean\":true").contains("\"lost\":0");
        run("scrub", "--json");
        assertThat(out.toString()).contains("\"shardsMade\":0,");

        run("drive", "add", drive(8));
        assertThat(out.toString()).contains("7");
        run("drive", "rebalance", "--json");
        assertThat(out.toString()).contains("\"clean\":true").doesNotContain("\"shardsMoved\":0,");

        assertThat(execute("drive", "remove", "3")).isNotZero();
        assertThat(err.toString()).contains("drain it first");
        run("drive", "drain", "3", "--json");
        assertThat(out.toString()).contains("\"clean\":true");
        run("drive", "remove", "3");
        assertThat(state(3)).isEqualTo("removed");
        Directories.delete(Path.of(drive(3)));
        run("ls", "--json");
        assertThat(out.toString()).contains("\"source\"");

        Directories.delete(Path.of(store));
        store = directory.resolve("found-again").toString();
        create(store, 1, 4, 5, 6);
        assertThat(out.toString()).contains("\"created\":false");
        exportIsEqual("from-drives");
        run("fsck");
        assertThat(shardsOn(8)).isPositive();
    }

    private long shardsOn(int drive) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(drive(drive)))) {
            return files.filter(file -> String.valueOf(file.getFileName()).contains("!"))
                    .count();
        }
    }

    @Test
    void shouldRefuseWhatCannotBeDone() {
        create(store, 1, 2, 3, 4, 5, 6);
        assertThat(execute("drive", "drain", "2")).isNotZero();
        assertThat(err.toString()).contains("add another one first");
        assertThat(execute("drive", "replace", "9", drive(9))).isNotZero();
        assertThat(err.toString()).contains("there is no drive 9");
        assertThat(execute("drive", "add", drive(1))).isNotZero();
        assertThat(err.toString()).startsWith("ashlar: ");
        assertThat(state(2)).isEqualTo("online");
    }
}
