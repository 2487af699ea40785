package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import io.ashlar.cli.Directories;
import io.ashlar.cli.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A store over six drives loses two of them, mends itself, and loses two others. */
final class DrivesScene implements Scene {
    private static final int DRIVES = 6;
    private static final int EXTENTS_MAX = 48;

    @Override
    public String title() {
        return "We spread a store over six drives, delete two of them while it is open, mend it, and delete two others.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            places.add(place(stage, drive).toUri());
        }
        Path store = stage.place("over-drives");
        Map<ExtentId, byte[]> stored = new LinkedHashMap<>();
        try (StorageEngine engine = StorageEngine.builder(store)
                .drives(Redundancy.of(4, 2).withQuorum(4), places)
                .open()) {
            long bytes = put(engine, stage, stored);
            lose(stage, 2, 5);
            check(engine, stage, stored, "with two drives gone");
            StoreDrives drives = engine.drives().orElseThrow();
            drives.replace(2, places.get(1));
            drives.replace(5, places.get(4));
            long start = System.nanoTime();
            ScrubReport report = drives.scrub("", true, Long.MAX_VALUE, stage.listener());
            stage.goOn();
            Stage.require(report.clean(), "the scrub left something behind: " + report.findings());
            stage.figure(
                    "scrub of " + Quantity.bytes(bytes), report.bytesWritten(), System.nanoTime() - start, "made anew");
            stage.say("Two empty drives in their places got " + Quantity.count(report.shardsMade()) + " shards.");
            lose(stage, 1, 3);
            check(engine, stage, stored, "with two others gone");
        }
        try (StorageEngine engine = StorageEngine.open(store)) {
            check(engine, stage, stored, "after a restart");
        }
    }

    private static Path place(Stage stage, int drive) {
        return stage.place("drive-" + drive);
    }

    private static long put(StorageEngine engine, Stage stage, Map<ExtentId, byte[]> stored) throws IOException {
        Path modules = stage.source().resolve("lib/modules");
        long bytes = 0;
        long start = System.nanoTime();
        try (InputStream in = Files.newInputStream(modules)) {
            byte[] part = in.readNBytes(2 << 20);
            while (part.length > 0 && stored.size() < EXTENTS_MAX) {
                stored.put(engine.extents().put(part), part);
                bytes += part.length;
                part = in.readNBytes(2 << 20);
                stage.goOn();
            }
        }
        stage.figure("put over six drives, 4+2", bytes, System.nanoTime() - start, "durable");
        return bytes;
    }

    private static void lose(Stage stage, int first, int second) throws IOException {
        Directories.delete(place(stage, first));
        Directories.delete(place(stage, second));
        stage.say("Drives " + first + " and " + second + " are deleted.");
    }

    private static void check(StorageEngine engine, Stage stage, Map<ExtentId, byte[]> stored, String when)
            throws IOException {
        long bytes = 0;
        long start = System.nanoTime();
        for (Map.Entry<ExtentId, byte[]> entry : stored.entrySet()) {
            stage.goOn();
            byte[] read = engine.extents().get(entry.getKey());
            Stage.require(Arrays.equals(read, entry.getValue()), "extent " + entry.getKey() + " is another " + when);
            bytes += read.length;
        }
        stage.figure("read " + when, bytes, System.nanoTime() - start, "equal");
    }
}
