package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies and keys on the command line, over a real store. */
class PolicyCommandsTest {
    @TempDir
    Path directory;

    private RealCli cli;

    @BeforeEach
    void begin() {
        cli = new RealCli(directory.resolve("store"));
    }

    private int run(String... arguments) {
        return cli.run(arguments);
    }

    private int store(String... arguments) {
        return cli.onStore(arguments);
    }

    private int secretly(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--keys");
        all.add(directory.resolve("keys").toString());
        return store(all.toArray(String[]::new));
    }

    private Path papers() throws IOException {
        Path papers = Files.createDirectories(directory.resolve("papers"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(papers.resolve("paper-" + i), ("all work and no play, " + i + ' ').repeat(100 * i * i));
        }
        return papers;
    }

    private void checkExport(String name, boolean keys) throws IOException {
        Path target = directory.resolve("out-" + name + "-" + System.nanoTime());
        int code = keys ? secretly("export", name, target.toString()) : store("export", name, target.toString());
        assertThat(code).as(cli.err()).isZero();
        for (int i = 0; i < 20; i++) {
            assertThat(target.resolve("paper-" + i)).hasSameBinaryContentAs(directory.resolve("papers/paper-" + i));
        }
    }

    @Test
    void shouldCompressEncryptConvertAndRotate() throws IOException {
        Path keys = directory.resolve("keys");
        assertThat(run("keys", keys.toString())).isZero();
        assertThat(run("keys", keys.toString()))
                .as("never over keys that are there")
                .isNotZero();
        assertThat(store("create")).isZero();
        assertThat(secretly("policy", "set", "/", "--codec", "lz4")).isZero();
        assertThat(store("policy", "set", "secret", "--encryption", "random"))
                .as("without keys")
                .isEqualTo(2);
        assertThat(secretly("policy", "set", "secret", "--encryption", "random"))
                .isZero();
        assertThat(secretly("policy", "set", "secret", "--redundancy", "4-2")).isEqualTo(2);
        assertThat(store("policy", "ls")).isZero();
        assertThat(cli.out()).contains("codec lz4", "encryption RANDOM", "in force: codec lz4, encryption RANDOM");
        String source = papers().toString();
        assertThat(store("import", source, "--policy", "nowhere")).isNotZero();
        assertThat(cli.err()).contains("no policy 'nowhere'");
        assertThat(store("import", source, "--name", "plain")).isZero();
        assertThat(secretly("import", source, "--name", "hidden", "--policy", "secret"))
                .isZero();
        checkExport("plain", false);
        checkExport("hidden", true);
        assertThat(store("export", "hidden", directory.resolve("no").toString()))
                .isNotZero();
        assertThat(cli.err()).contains("key");
        assertThat(run("keys", keys.toString(), "--rotate")).isZero();
        assertThat(Files.readAllLines(keys, StandardCharsets.UTF_8)).hasSize(4);
        assertThat(secretly("policy", "set", "/", "--codec", "zstd")).isZero();
        assertThat(secretly("reencode", "--json")).isZero();
        assertThat(cli.out()).doesNotContain("\"converted\":0").contains("\"failed\":0");
        assertThat(secretly("gc")).isZero();
        assertThat(secretly("fsck")).isZero();
        checkExport("plain", false);
        checkExport("hidden", true);
        // The first key opens nothing any more.
        List<String> lines = new ArrayList<>(Files.readAllLines(keys, StandardCharsets.UTF_8));
        lines.remove(2);
        Files.write(keys, lines);
        checkExport("hidden", true);
        assertThat(secretly("policy", "rm", "secret")).isZero();
        assertThat(secretly("policy", "rm", "secret")).isNotZero();
    }

    @Test
    void shouldSayWhatIsWrongWithKeysAndNeverShowThem() throws IOException {
        Path keys = directory.resolve("keys");
        assertThat(store("create")).isZero();
        String hex = "ab".repeat(32);
        for (String bad : List.of(
                "",
                "1 " + hex,
                "identity " + hex,
                "identity " + hex + "\n0 " + hex,
                "identity " + hex + "\n1 " + hex + "\n1 " + hex,
                "identity " + hex + "\n1 " + hex.substring(2),
                "identity " + hex + "\nidentity " + hex,
                "identity " + hex + "\none " + hex)) {
            Files.writeString(keys, bad);
            assertThat(secretly("policy", "ls")).as(bad).isEqualTo(2);
            assertThat(cli.err()).contains("keys, line ").doesNotContain("abab");
        }
        Files.writeString(keys, "# mine\n\nidentity " + hex + "\n7 " + hex + "\n");
        assertThat(secretly("policy", "ls")).isZero();
    }
}
