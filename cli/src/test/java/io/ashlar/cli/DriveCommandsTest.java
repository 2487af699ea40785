package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.cli.tree.TreeComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a store over drives, as somebody leads it on the command line. Every command opens the real store and closes it. */
class DriveCommandsTest {
    @TempDir
    private Path directory;

    private RealCli cli;
    private Path source;
    private String store;

    @BeforeEach
    void makeFiles() throws IOException {
        store = directory.resolve("store").toString();
        cli = new RealCli(directory.resolve("store"));
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
        return cli.onStore(arguments);
    }

    private void run(String... arguments) {
        assertThat(execute(arguments))
                .as("%s: %s%s", String.join(" ", arguments), cli.err(), cli.out())
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
        return cli.out()
                .lines()
                .filter(line -> line.contains("\"number\":" + number + ","))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\"state\":\"([a-z]*)\".*", "$1");
    }

    @Test
    void shouldLoseReplaceAddDrainAndRemoveDrives() throws IOException {
        create(store, 1, 2, 3, 4, 5, 6);
        assertThat(cli.out())
                .contains("\"created\":true")
                .contains("\"drives\":6")
                .contains("\"quorum\":5");
        run("import", source.toString());
        run("drive", "ls", "--json");
        assertThat(cli.out().lines()).hasSize(6).allMatch(line -> line.contains("\"state\":\"online\""));
        assertThat(cli.out().lines().filter(line -> line.contains("\"journal\":true")))
                .hasSize(3);
        run("drive", "ls");
        assertThat(cli.out()).contains("free").contains("online");

        Directories.delete(Path.of(drive(2)));
        exportIsEqual("without-2");
        assertThat(execute("drive", "ls")).isEqualTo(ExitCode.PROBLEMS.code());
        run("drive", "replace", "2", drive(7));
        run("scrub", "--json");
        assertThat(cli.out()).contains("\"clean\":true").contains("\"lost\":0");
        run("scrub", "--json");
        assertThat(cli.out()).contains("\"shardsMade\":0,");

        run("drive", "add", drive(8));
        assertThat(cli.out()).contains("7");
        run("drive", "rebalance", "--json");
        assertThat(cli.out()).contains("\"clean\":true").doesNotContain("\"shardsMoved\":0,");

        assertThat(execute("drive", "remove", "3")).isNotZero();
        assertThat(cli.err()).contains("drain it first");
        run("drive", "drain", "3", "--json");
        assertThat(cli.out()).contains("\"clean\":true");
        run("drive", "remove", "3");
        assertThat(state(3)).isEqualTo("removed");
        Directories.delete(Path.of(drive(3)));
        run("ls", "--json");
        assertThat(cli.out()).contains("\"source\"");

        Directories.delete(Path.of(store));
        store = directory.resolve("found-again").toString();
        cli = new RealCli(Path.of(store));
        create(store, 1, 4, 5, 6);
        assertThat(cli.out()).contains("\"created\":false");
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
        assertThat(cli.err()).contains("add another one first");
        assertThat(execute("drive", "replace", "9", drive(9))).isNotZero();
        assertThat(cli.err()).contains("there is no drive 9");
        assertThat(execute("drive", "add", drive(1))).isNotZero();
        assertThat(cli.err()).startsWith("ashlar: ");
        assertThat(state(2)).isEqualTo("online");
    }
}
