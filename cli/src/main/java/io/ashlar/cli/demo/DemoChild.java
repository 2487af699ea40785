package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.tree.TreeImport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that the demo kills: stores subtrees, smallest first, and notes beside them, and reports what is durable. */
@Command(name = "demo-child", hidden = true)
public final class DemoChild extends BaseCommand {
    @Option(names = "--store", required = true)
    private Path store = Path.of("");

    @Option(names = "--source", required = true)
    private Path source = Path.of("");

    private final PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private DemoChild() {}

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = StorageEngine.open(store)) {
            Thread notes = new Thread(() -> storeNotes(engine), "demo-notes");
            notes.setDaemon(true);
            notes.start();
            List<Path> trees = smallestFirst();
            for (int i = 0; i < trees.size(); i++) {
                Path tree = trees.get(i);
                String name = "jdk/" + tree.getFileName();
                report((i < trees.size() - 1 ? "begin " : "last ") + name);
                ExtentId id = new TreeImport(engine.extents(), tree, 2, (phase, done, total) -> true)
                        .run(name)
                        .root();
                report("tree " + id + " " + name);
            }
            // Until it is killed.
            notes.join();
        }
        return ExitCode.OK;
    }

    private void storeNotes(StorageEngine engine) {
        for (int number = 1; ; number++) {
            ExtentId id = engine.extents().put(DemoNotes.note(number));
            report("note " + id + " " + number);
        }
    }

    private void report(String line) {
        synchronized (acknowledged) {
            acknowledged.print(line + "\n");
            acknowledged.flush();
        }
    }

    private List<Path> smallestFirst() throws IOException {
        try (Stream<Path> entries = Files.list(source)) {
            return entries.filter(Files::isDirectory)
                    .sorted(Comparator.comparingLong(DemoChild::bytes))
                    .toList();
        }
    }

    private static long bytes(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
