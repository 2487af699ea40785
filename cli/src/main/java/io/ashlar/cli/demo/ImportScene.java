package io.ashlar.cli.demo;

import io.ashlar.StorageEngine;
import io.ashlar.StoreStatistics;
import io.ashlar.cli.Quantity;
import io.ashlar.cli.tree.ImportReport;
import io.ashlar.cli.tree.TreeImport;
import java.util.Locale;

/** The whole JDK goes into the store; the second time, next to nothing is added. */
final class ImportScene implements Scene {
    private final String name;
    private final boolean again;

    ImportScene(String name, boolean again) {
        this.name = name;
        this.again = again;
    }

    @Override
    public String title() {
        return again
                ? "We import all of it a second time, under another name."
                : "We import the whole JDK; what the killed process stored is found again.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long start = System.nanoTime();
        try (StorageEngine engine = stage.open()) {
            StoreStatistics before = engine.statistics();
            ImportReport report = new TreeImport(engine.extents(), stage.source(), 2, stage.listener()).run(name);
            long nanos = System.nanoTime() - start;
            StoreStatistics after = engine.statistics();
            long added = after.storedBytes() - before.storedBytes();
            stage.say(String.format(
                    Locale.ROOT,
                    "%,d files, %s in %s. The store grew by %s (%.2f %%).",
                    report.files(),
                    Quantity.bytes(report.bytes()),
                    Quantity.seconds(nanos),
                    Quantity.bytes(added),
                    100.0 * added / Math.max(1, report.bytes())));
            if (report.unreadable() > 0) {
                stage.say(report.unreadable() + " files could not be read: " + report.unreadableDescribed());
            }
            if (again) {
                Stage.require(added < report.bytes() / 100, "the second import added " + added + " bytes");
            }
            stage.figure(
                    again ? "import again" : "import",
                    report.bytes(),
                    nanos,
                    again ? "adds " + Quantity.bytes(added) : report.files() + " files");
        }
    }
}
