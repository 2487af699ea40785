package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.cli.Interrupt;
import io.ashlar.cli.Interrupted;
import io.ashlar.cli.Quantity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the scenes share: directories, what was acknowledged, what is said and the figures at the end. For one thread. */
final class Stage {
    private final Path directory;
    private final Path source;
    private final PrintWriter out;
    private final Interrupt interrupt;
    private final Map<Integer, ExtentId> notes = new LinkedHashMap<>();
    private final Map<String, ExtentId> trees = new LinkedHashMap<>();
    private final List<String[]> figures = new ArrayList<>();

    Stage(Path directory, Path source, PrintWriter out, Interrupt interrupt) {
        this.directory = directory;
        this.source = source;
        this.out = out;
        this.interrupt = interrupt;
    }

    Path store() {
        return directory.resolve("store");
    }

    /** A path in the demo's own directory. */
    Path place(String name) {
        return directory.resolve(name);
    }

    /** The directory whose files are stored. */
    Path source() {
        return source;
    }

    /** Notes that a process was told are stored, by their number. */
    Map<Integer, ExtentId> notes() {
        return notes;
    }

    /** Trees that a process was told are stored, by their name. */
    Map<String, ExtentId> trees() {
        return trees;
    }

    StorageEngine open() {
        return StorageEngine.open(store());
    }

    void say(String line) {
        out.println("   " + line);
        out.flush();
    }

    void title(int number, int of, String title) {
        out.println();
        out.println(number + "/" + of + "  " + title);
        out.flush();
    }

    void figure(String what, long bytes, long nanos, String remark) {
        figures.add(new String[] {
            what,
            bytes < 0 ? "" : Quantity.bytes(bytes),
            Quantity.seconds(nanos),
            bytes <= 0 ? "" : String.format("%.0f MB/s", Quantity.megabytesPerSecond(bytes, nanos)),
            remark
        });
    }

    void printFigures(long nanos) {
        out.println();
        String format = "   %-34s %10s %9s %10s  %s%n";
        out.printf(format, "", "bytes", "time", "rate", "");
        for (String[] row : figures) {
            out.printf(format, row[0], row[1], row[2], row[3], row[4]);
        }
        out.printf(format, "everything", "", Quantity.seconds(nanos), "", "");
        out.flush();
    }

    /** A listener that only lets an interrupt through. */
    ProgressListener listener() {
        return (phase, done, total) -> !interrupt.asked();
    }

    void goOn() {
        if (interrupt.asked()) {
            throw new Interrupted("the demo was interrupted; its files are deleted");
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new DemoFailedException(otherwise);
        }
    }
}
