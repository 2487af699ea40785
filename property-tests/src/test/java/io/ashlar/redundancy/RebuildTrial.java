package io.ashlar.redundancy;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.RebuildReport;
import io.ashlar.StorageEngine;
import io.ashlar.drive.LostDrive;
import io.ashlar.drive.ShardFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Journal and superblocks of all six drives are deleted, then the checkpoints too, and the store's directory. What has shards is there
 * again, from these alone; the report says what only the journal knew.
 */
final class RebuildTrial {
    private final Options options;
    private final Findings findings;
    private final Contents contents;
    private final Path directory;
    private final Set<ExtentId> stored = new HashSet<>();

    RebuildTrial(Options options, Findings findings, Corpus corpus, Path directory) {
        this.options = options;
        this.findings = findings;
        this.directory = directory;
        contents = new Contents(corpus, findings);
    }

    void run() throws IOException {
        SixDrives original = new SixDrives(directory.resolve("original"));
        Path image = directory.resolve("image");
        try (StorageEngine engine = original.open()) {
            for (int i = 0; i < options.commits(); i++) {
                int bytes = contents.put(engine);
                ExtentId id = contents.id(i);
                if (bytes > EngineSettings.defaults().inlineThresholdBytes()) {
                    stored.add(id);
                }
                if (i % 3 == 0) {
                    engine.extents().bind("name-" + i, id);
                }
                if (i == options.commits() / 2) {
                    engine.checkpoint();
                }
            }
            LostDrive.copy(original.directory(), image);
        }
        Trees.delete(original.directory());
        rebuild(image, false);
        rebuild(image, true);
    }

    private void rebuild(Path image, boolean checkpointsToo) throws IOException {
        SixDrives left = new SixDrives(directory.resolve("left"));
        LostDrive.copy(image, left.directory());
        Trees.delete(left.directory().resolve("store"));
        List<Path> drives = SixDrives.all().stream().map(left::drive).toList();
        for (Path drive : drives) {
            Trees.delete(drive.resolve("files"));
        }
        if (checkpointsToo) {
            for (Map.Entry<String, SortedMap<Integer, Path>> object :
                    ShardFiles.in(drives).entrySet()) {
                if (object.getKey().startsWith("t-") || object.getKey().startsWith("m-")) {
                    for (Path shard : new ArrayList<>(object.getValue().values())) {
                        Files.delete(shard);
                    }
                }
            }
        }
        long begun = System.nanoTime();
        RebuildReport report = StorageEngine.builder(left.directory().resolve("store"))
                .drives(
                        SixDrives.REDUNDANCY,
                        SixDrives.all().stream().map(left::place).toList())
                .rebuild(ProgressListener.NONE);
        double seconds = (System.nanoTime() - begun) / 1e9;
        findings.expect(report.clean(), "rebuilt with losses: " + report);
        findings.expect(
                report.checkpointMillis().isPresent() != checkpointsToo,
                "a checkpoint of " + report.checkpointMillis() + " was found");
        findings.expect(!report.lostWithJournal().isEmpty(), "the report says nothing of what only the journal knew");
        check(left, report, checkpointsToo, seconds);
        Trees.delete(left.directory());
    }

    private void check(SixDrives left, RebuildReport report, boolean checkpointsToo, double seconds) {
        int right = 0;
        int small = 0;
        try (StorageEngine engine = left.open()) {
            for (Map.Entry<ExtentId, Integer> extent : contents.all().entrySet()) {
                if (stored.contains(extent.getKey()) || engine.extents().exists(extent.getKey())) {
                    findings.expect(
                            contents.refusal(engine, extent.getValue()) == null,
                            "extent " + extent.getKey() + " had shards, and cannot be read");
                    right++;
                } else {
                    small++;
                }
            }
            FsckReport fsck = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
            findings.expect(fsck.complete() && fsck.problems() == 0, "fsck of the rebuilt store finds " + fsck);
        }
        findings.say(
                "rebuild: without journal and superblocks%s: %,d objects looked at in %.1f s, %,d extents equal, %,d small ones"
                        + " that were in the journal alone are gone, %,d names as in the checkpoint, %,d extents under names"
                        + " of their own; fsck clean",
                checkpointsToo ? " and checkpoints" : "",
                report.objects(),
                seconds,
                right,
                small,
                report.names(),
                report.recovered());
    }
}
