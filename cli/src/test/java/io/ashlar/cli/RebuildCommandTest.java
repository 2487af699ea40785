package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildCommandTest {
    @TempDir
    Path directory;

    private RealCli cli;

    @BeforeEach
    void begin() {
        cli = new RealCli(directory.resolve("store"));
    }

    private int run(String... arguments) {
        return cli.onStore(arguments);
    }

    private String drive(int number) {
        return directory.resolve("drive-" + number).toString();
    }

    private static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void shouldRebuildAStoreFromItsDrives() throws IOException {
        String store = directory.resolve("store").toString();
        assertThat(run("create", "--parity", "1", "--drive", drive(1), "--drive", drive(2), "--drive", drive(3)))
                .isZero();
        byte[] content = new byte[100_000];
        ExtentId id;
        try (StorageEngine engine = StorageEngine.open(Path.of(store))) {
            id = engine.extents().put(content);
            engine.extents().bind("content", id);
        }
        assertThat(run("rebuild")).as(cli.err()).isEqualTo(6);
        assertThat(cli.err()).contains("has its superblocks");
        for (int drive : List.of(1, 2, 3)) {
            delete(Path.of(drive(drive)).resolve("files"));
        }
        delete(Path.of(store));
        assertThat(run("rebuild", "--parity", "1", "--drive", drive(1), "--drive", drive(2), "--drive", drive(3)))
                .as(cli.err())
                .isZero();
        assertThat(cli.out()).contains("only the journal knew", "names it knew");
        try (StorageEngine engine = StorageEngine.open(Path.of(store))) {
            assertThat(engine.extents().resolve("content")).contains(id);
            assertThat(engine.extents().get(id)).isEqualTo(content);
        }
    }

    @Test
    void shouldRebuildWhatIsEncryptedWithItsKeys() throws IOException {
        String keys = directory.resolve("keys").toString();
        assertThat(cli.run("keys", keys)).isZero();
        assertThat(run("create")).isZero();
        assertThat(run("policy", "set", "/", "--encryption", "random", "--keys", keys))
                .isZero();
        Path papers = Files.createDirectories(directory.resolve("papers"));
        for (int i = 0; i < 5; i++) {
            Files.write(papers.resolve("paper-" + i), new byte[i * 700_000]);
        }
        assertThat(run("import", papers.toString(), "--name", "papers", "--keys", keys))
                .as(cli.err())
                .isZero();
        Path store = directory.resolve("store");
        delete(store.resolve("journal"));
        Files.delete(store.resolve("superblock-a"));
        Files.delete(store.resolve("superblock-b"));
        assertThat(run("rebuild")).isEqualTo(6);
        assertThat(cli.err()).contains("key");
        assertThat(run("rebuild", "--keys", keys)).as(cli.err()).isZero();
        String target = directory.resolve("out").toString();
        assertThat(run("export", "papers", target, "--keys", keys))
                .as(cli.err())
                .isZero();
        for (int i = 0; i < 5; i++) {
            assertThat(Path.of(target, "paper-" + i)).hasSameBinaryContentAs(papers.resolve("paper-" + i));
        }
    }
}
