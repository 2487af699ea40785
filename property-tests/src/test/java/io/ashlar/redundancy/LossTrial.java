package io.ashlar.redundancy;

import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.ScrubReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import io.ashlar.StoreStatistics;
import io.ashlar.drive.ShardFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;

/**
 * Two of six drives are lost while others read and write; nobody sees an error, and all is equal. They are replaced and made anew, then
 * two others are lost.
 */
final class LossTrial {
    private static final int WRITERS = 2;
    private static final int READERS = 2;
    private static final int SCRUBS_MAX = 20;
    private static final double MIB = 1 << 20;

    private final Options options;
    private final Findings findings;
    private final SixDrives drives;
    private final Contents contents;

    LossTrial(Options options, Findings findings, Corpus corpus, Path directory) {
        this.options = options;
        this.findings = findings;
        drives = new SixDrives(directory);
        contents = new Contents(corpus, findings);
    }

    void run() throws IOException, InterruptedException {
        List<Integer> order = new ArrayList<>(SixDrives.all());
        Collections.shuffle(order, new Random(options.seed()));
        try (StorageEngine engine = drives.open()) {
            long filled = contents.fill(engine, options.lossMib() << 20);
            engine.checkpoint();
            StoreStatistics stored = engine.statistics();
            findings.say(
                    "losses: %,d extents of %.0f MiB, stored as %.0f MiB without parity: %.0f MiB of shards on six drives",
                    contents.count(), filled / MIB, stored.storedBytes() / MIB, shardBytes(SixDrives.all()) / MIB);
            lose(engine, order.subList(0, 2));
            rebuild(engine, order.subList(0, 2));
            lose(engine, order.subList(2, 4));
        }
        try (StorageEngine engine = drives.open()) {
            long bytes = contents.checkAll(engine);
            FsckReport report = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
            findings.expect(report.complete() && report.problems() == 0, "fsck finds " + report);
            findings.say(
                    "losses: opened again without drives %s: %.0f MiB equal, fsck finds %d problems",
                    order.subList(2, 4), bytes / MIB, report.problems());
        }
    }

    private long shardBytes(List<Integer> numbers) throws IOException {
        long bytes = 0;
        for (int number : numbers) {
            bytes += ShardFiles.bytes(drives.drive(number));
        }
        return bytes;
    }

    private void lose(StorageEngine engine, List<Integer> lost) throws IOException, InterruptedException {
        Users users = new Users(engine, contents, findings, options.seed(), READERS, WRITERS);
        users.start();
        Thread.sleep(options.lossSeconds() * 500L);
        for (int number : lost) {
            drives.lose(number);
        }
        Thread.sleep(options.lossSeconds() * 1000L);
        users.stop();
        long bytes = contents.checkAll(engine);
        findings.say(
                "losses: drives %s deleted while %s; %,d extents, %.0f MiB, all compared",
                lost, users, contents.count(), bytes / MIB);
    }

    /** With nobody else at work, so that the figure is that of the rebuild. */
    private void rebuild(StorageEngine engine, List<Integer> lost) throws IOException {
        StoreDrives all = SixDrives.drives(engine);
        for (int number : lost) {
            all.replace(number, drives.place(number));
        }
        long begun = System.nanoTime();
        ScrubReport report = all.scrub("", false, Long.MAX_VALUE, ProgressListener.NONE);
        long made = report.shardsMade();
        int scrubs = 1;
        while (!report.clean() && scrubs++ < SCRUBS_MAX) {
            report = all.scrub("", false, Long.MAX_VALUE, ProgressListener.NONE);
            made += report.shardsMade();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        long bytes = shardBytes(lost);
        findings.expect(report.clean(), "drives " + lost + " are not rebuilt: " + report);
        findings.say(
                "losses: drives %s replaced and rebuilt: %.0f MiB of shards in %.1f s, %.1f MB/s"
                        + " (%,d of the shards by %d scrubs, the rest by the healer)",
                lost, bytes / MIB, seconds, bytes / 1e6 / seconds, made, scrubs);
        begun = System.nanoTime();
        ScrubReport deep = all.scrub("", true, Long.MAX_VALUE, ProgressListener.NONE);
        seconds = (System.nanoTime() - begun) / 1e9;
        findings.expect(
                deep.clean() && deep.shardsMade() == 0,
                "a deep scrub after the rebuild still finds something: " + deep);
        findings.say(
                "losses: a deep scrub of %,d objects finds all right in %.1f s, %.0f MB/s",
                deep.objects(), seconds, shardBytes(SixDrives.all()) / 1e6 / seconds);
        SortedMap<String, SortedMap<Integer, Path>> objects =
                ShardFiles.in(SixDrives.all().stream().map(drives::drive).toList());
        objects.forEach((object, shards) -> findings.expect(
                shards.size() == SixDrives.DRIVES,
                "object " + object + " has shards " + shards + " after the rebuild"));
    }
}
