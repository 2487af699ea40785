package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.cli.Quantity;
import io.ashlar.cli.tree.TreeComparison;
import io.ashlar.cli.tree.TreeExport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The store is opened again: all that was acknowledged must be there, byte for byte. */
final class RecoveryScene implements Scene {
    @Override
    public String title() {
        return "We open the store again and look for everything that was acknowledged.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long start = System.nanoTime();
        try (StorageEngine engine = stage.open()) {
            long opened = System.nanoTime() - start;
            RecoveryReport recovery = engine.recovery();
            Stage.require(!recovery.created() && !recovery.cleanShutdown(), "the store does not know that it crashed");
            stage.say(String.format(
                    Locale.ROOT,
                    "Recovered in %s: %,d records of the journal replayed, %d torn bytes at its end cut off.",
                    Quantity.seconds(opened),
                    recovery.recordsReplayed(),
                    recovery.tornBytes()));
            for (Map.Entry<Integer, ExtentId> note : stage.notes().entrySet()) {
                byte[] bytes = engine.extents().get(note.getValue());
                Stage.require(
                        Arrays.equals(bytes, DemoNotes.note(note.getKey())), "note " + note.getKey() + " is wrong");
            }
            for (Map.Entry<String, ExtentId> tree : stage.trees().entrySet()) {
                verify(stage, engine, tree.getKey(), tree.getValue());
            }
            FsckReport fsck = engine.fsck(Long.MAX_VALUE, stage.listener());
            stage.goOn();
            Stage.require(fsck.clean(), "fsck found problems after the crash: " + fsck.findings());
            stage.say(String.format(
                    Locale.ROOT,
                    "All %d parts and %,d notes are there, byte for byte. fsck: clean (%,d extents, %,d references).",
                    stage.trees().size(),
                    stage.notes().size(),
                    fsck.extentsChecked(),
                    fsck.referencesChecked()));
        }
        stage.figure("recovery and verification", -1, System.nanoTime() - start, "nothing lost");
    }

    private static void verify(Stage stage, StorageEngine engine, String name, ExtentId id) throws Exception {
        stage.goOn();
        Stage.require(engine.extents().resolve(name).equals(Optional.of(id)), "the name " + name + " is lost");
        Path target = stage.place("acknowledged").resolve(name.replace('/', '-'));
        new TreeExport(engine.extents(), id, target, false, 2, stage.listener()).run();
        List<String> differences =
                new TreeComparison().differences(stage.source().resolve(name.substring("jdk/".length())), target);
        Stage.require(differences.isEmpty(), name + " is not what was stored: " + differences);
    }
}
