package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ashlar.DamagedException;
import io.ashlar.FsckReport;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.StoreLockedException;
import io.ashlar.cli.tree.TreeComparison;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {
    @TempDir
    private Path directory;

    private Cli cli;
    private Path source;

    @BeforeEach
    void makeFiles() throws IOException {
        cli = new Cli(directory);
        source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(source.resolve("sub/empty"));
        Files.writeString(source.resolve("sub/a.txt"), "content of a");
        Files.writeString(source.resolve("same.txt"), "content of a");
        Files.writeString(source.resolve("nothing"), "");
        Files.createSymbolicLink(source.resolve("link"), Path.of("sub/a.txt"));
        Files.createSymbolicLink(source.resolve("dangling"), Path.of("/no/where"));
    }

    @Test
    void shouldExportExactlyWhatWasImported() throws IOException {
        assertThat(cli.run("import", source.toString())).isZero();
        assertThat(cli.out()).contains("name").contains("source").contains("files");
        Path target = directory.resolve("target");
        assertThat(cli.run("export", "source", target.toString())).isZero();
        assertThat(new TreeComparison().differences(source, target)).isEmpty();
        assertThat(Files.readSymbolicLink(target.resolve("dangling"))).isEqualTo(Path.of("/no/where"));
    }

    @Test
    void shouldAddOnlyTheManifestTheSecondTime() {
        cli.run("import", source.toString(), "--name", "one", "--json");
        long first = cli.engine().statistics().storedBytes();
        assertThat(cli.run("import", source.toString(), "--name", "two", "--json", "--threads", "1"))
                .isZero();
        assertThat(cli.out()).startsWith("{").contains("\"addedBytes\":0,").contains("\"files\":3");
        assertThat(cli.engine().statistics().storedBytes()).isEqualTo(first);
    }

    @Test
    void shouldRefuseToExportIntoADirectoryThatHoldsSomething() throws IOException {
        cli.run("import", source.toString());
        Path target = Files.createDirectories(directory.resolve("target"));
        Files.createSymbolicLink(target.resolve("sub"), source);
        assertThat(cli.run("export", "source", target.toString())).isEqualTo(ExitCode.FILES.code());
        assertThat(cli.err()).contains("is not empty").startsWith("ashlar: ");
        assertThat(cli.run("export", "source", target.toString(), "--overwrite"))
                .isZero();
        assertThat(Files.isSymbolicLink(target.resolve("sub"))).isFalse();
        assertThat(new TreeComparison().differences(source, target)).isEmpty();
    }

    @Test
    void shouldListNamesAndEntriesWithoutLettingThemLeaveTheirLine() throws IOException {
        Files.writeString(source.resolve("evil\n\u001B[31mname"), "x");
        cli.run("import", source.toString(), "--name", "a name");
        assertThat(cli.run("ls")).isZero();
        assertThat(cli.out().lines()).hasSize(1).first().asString().endsWith("a name");
        assertThat(cli.run("ls", "a name")).isZero();
        assertThat(cli.out()).contains("evil\\n\\u001B[31mname").doesNotContain("\u001B");
        assertThat(cli.out()).contains("link -> sub/a.txt");
        assertThat(cli.run("ls", "a name", "--json")).isZero();
        assertThat(cli.out().lines()).hasSize(9).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void shouldSayInOneLineWhatIsWrongAndEndWithTheCodeForIt() {
        assertThat(cli.run("export", "unknown", directory.resolve("x").toString()))
                .isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.run("rm", "unknown")).isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(cli.run("stat", "--store", directory.resolve("nowhere").toString()))
                .isEqualTo(ExitCode.UNAVAILABLE.code());
        assertThat(cli.run("stat", "--no-store")).isEqualTo(ExitCode.USAGE.code());
        assertThat(cli.err()).contains("ASHLAR_STORE");
        assertThat(cli.run("stat", "--frobnicate")).isEqualTo(ExitCode.USAGE.code());
        assertThat(cli.run("import", directory.resolve("nowhere").toString())).isEqualTo(ExitCode.FILES.code());
        assertThat(refused(new StoreLockedException("held by 1"))).isEqualTo(ExitCode.UNAVAILABLE.code());
        assertThat(refused(new DamagedException("torn"))).isEqualTo(ExitCode.DAMAGED.code());
        assertThat(refused(new StoreFullException("no room"))).isEqualTo(ExitCode.FULL.code());
        assertThat(refused(new StorageException("else"))).isEqualTo(ExitCode.STORAGE.code());
    }

    private int refused(StorageException because) {
        cli.refuseToOpen(because);
        int code = cli.run("stat");
        assertThat(cli.err()).isEqualTo("ashlar: " + because.getMessage() + System.lineSeparator());
        return code;
    }

    @Test
    void shouldPrintTheStackTraceOnlyWhenAskedTo() {
        cli.refuseToOpen(new DamagedException("torn"));
        cli.run("stat", "--debug");
        assertThat(cli.err()).contains("at io.ashlar.cli");
    }

    @Test
    void shouldEndWithOneWhenFsckFindsSomething() {
        assertThat(cli.run("fsck")).isZero();
        cli.engine().damage(new FsckReport.Finding(FsckReport.Kind.DAMAGED, "object 7", "page 3 is wrong"));
        assertThat(cli.run("fsck")).isEqualTo(ExitCode.PROBLEMS.code());
        assertThat(cli.out()).contains("DAMAGED object 7: page 3 is wrong");
        assertThat(cli.run("fsck", "--json")).isEqualTo(ExitCode.PROBLEMS.code());
        assertThat(cli.out()).contains("\"problems\":1");
        assertThat(cli.run("fsck", "--limit-mbps", "0")).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void shouldAbandonAnImportThatIsInterrupted() {
        cli.interrupt().ask();
        assertThat(cli.run("import", source.toString())).isEqualTo(ExitCode.INTERRUPTED.code());
        assertThat(cli.engine().extents().resolve("source")).isEmpty();
        assertThat(cli.err()).contains("nothing of it is stored");
    }

    @Test
    void shouldReportUnreadableFilesAndStoreTheOthers() throws IOException {
        Path secret = source.resolve("secret");
        Files.writeString(secret, "secret");
        Files.setPosixFilePermissions(secret, Set.of());
        assumeFalse(Files.isReadable(secret), "root reads everything");
        assertThat(cli.run("import", source.toString())).isEqualTo(ExitCode.PROBLEMS.code());
        assertThat(cli.out()).contains("secret: access denied");
    }

    @Test
    void shouldWriteOneFileToStandardOutput() {
        cli.run("import", source.toString());
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(cli.run("cat", "source", "sub/a.txt")).isZero();
            assertThat(cli.run("cat", "source", "sub")).isEqualTo(ExitCode.NOT_FOUND.code());
            assertThat(cli.run("cat", "source", "sub/b")).isEqualTo(ExitCode.NOT_FOUND.code());
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("content of a");
    }

    @Test
    void shouldShowFiguresOfStoreAndObject() {
        cli.run("import", source.toString());
        assertThat(cli.run("stat")).isZero();
        assertThat(cli.out()).contains("dedup ratio");
        assertThat(cli.run("stat", "source", "--json")).isZero();
        assertThat(cli.out()).contains("\"entries\":8").contains("\"contentBytes\":24");
        assertThat(cli.run("gc", "--dry-run", "--json")).isZero();
        assertThat(cli.out()).contains("\"dryRun\":true");
        assertThat(cli.run("rm", "source")).isZero();
        assertThat(cli.engine().extents().resolve("source")).isEmpty();
    }

    @Test
    void shouldListTheExitCodesInEveryHelp() {
        for (String command : new String[] {"import", "export", "ls", "stat", "fsck", "gc", "rm", "cat", "demo"}) {
            assertThat(cli.run(command, "--help")).isEqualTo(CommandLine.ExitCode.OK);
            assertThat(cli.out()).contains("Exit codes:").contains("130");
        }
    }
}
