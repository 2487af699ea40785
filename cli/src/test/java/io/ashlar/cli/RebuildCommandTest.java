package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return AshlarCommand.commandLine(new CliContext(StoreOpener.real(), new Interrupt(), name -> Optional.empty()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
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
        assertThat(run(
                        "create",
                        "--store",
                        store,
                        "--parity",
                        "1",
                        "--drive",
                        drive(1),
                        "--drive",
                        drive(2),
                        "--drive",
                        drive(3)))
                .isZero();
        byte[] content = new byte[100_000];
        ExtentId id;
        try (StorageEngine engine = StorageEngine.open(Path.of(store))) {
            id = engine.extents().put(content);
            engine.extents().bind("content", id);
        }
        assertThat(run("rebuild", "--store", store)).as(err.toString()).isEqualTo(6);
        assertThat(err.toString()).contains("has its superblocks");
        for (int drive : List.of(1, 2, 3)) {
            delete(Path.of(drive(drive)).resolve("files"));
        }
        delete(Path.of(store));
        assertThat(run(
                        "rebuild",
                        "--store",
                        store,
                        "--parity",
                        "1",
                        "--drive",
                        drive(1),
                        "--drive",
                        drive(2),
                        "--drive",
                        drive(3)))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("only the journal knew", "names it knew");
        try (StorageEngine engine = StorageEngine.open(Path.of(store))) {
            assertThat(engine.extents().resolve("content")).contains(id);
            assertThat(engine.extents().get(id)).isEqualTo(content);
        }
    }
}
