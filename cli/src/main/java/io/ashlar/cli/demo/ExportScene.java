package io.ashlar.cli.demo;

import io.ashlar.StorageEngine;
import io.ashlar.cli.Quantity;
import io.ashlar.cli.tree.ExportReport;
import io.ashlar.cli.tree.TreeComparison;
import io.ashlar.cli.tree.TreeExport;
import java.util.List;
import java.util.Locale;

/** The JDK comes out again, and is the same in every byte. */
final class ExportScene implements Scene {
    private final String name;

    ExportScene(String name) {
        this.name = name;
    }

    @Override
    public String title() {
        return "We export it and compare every byte, permission, time and link with the JDK's own directory.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long start = System.nanoTime();
        try (StorageEngine engine = stage.open()) {
            ExportReport report = new TreeExport(
                            engine.extents(),
                            engine.extents().resolve(name).orElseThrow(),
                            stage.place("exported"),
                            false,
                            2,
                            stage.listener())
                    .run();
            stage.figure("export", report.bytes(), System.nanoTime() - start, report.files() + " files");
        }
        TreeComparison comparison = new TreeComparison();
        long comparing = System.nanoTime();
        List<String> differences = comparison.differences(stage.source(), stage.place("exported"));
        Stage.require(differences.isEmpty(), "the export differs: " + differences);
        stage.say(String.format(
                Locale.ROOT,
                "%,d files, directories and links compared, %s: no difference.",
                comparison.compared(),
                Quantity.bytes(comparison.comparedBytes())));
        stage.figure("compare", comparison.comparedBytes(), System.nanoTime() - comparing, "no difference");
    }
}
