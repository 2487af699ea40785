package io.ashlar.redundancy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.ScrubReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.drive.ShardFiles;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Bytes of shards are flipped while nobody looks. At most {@code m} shards of an object damaged: all reads are right, and a scrub makes
 * every byte what it was. More: exactly these extents are refused and reported.
 */
final class FlipTrial {
    private static final long MIXED_BYTES_MIN = 256 << 10;

    private final Options options;
    private final Findings findings;
    private final SixDrives drives;
    private final Contents contents;
    private final Random random;

    FlipTrial(Options options, Findings findings, Corpus corpus, Path directory) {
        this.options = options;
        this.findings = findings;
        drives = new SixDrives(directory);
        contents = new Contents(corpus, findings);
        random = new Random(options.seed());
    }

    void run() throws IOException {
        try (StorageEngine engine = drives.open()) {
            contents.fill(engine, options.flipMib() << 20);
            engine.checkpoint();
        }
        Map<Path, Long> before = checksums();
        flip();
        try (StorageEngine engine = drives.open()) {
            heal(engine);
        }
        compare(before);
        Map<ExtentId, String> ruined = ruin();
        try (StorageEngine engine = drives.open()) {
            report(engine, ruined);
        }
    }

    private SortedMap<String, SortedMap<Integer, Path>> shards() throws IOException {
        return ShardFiles.in(SixDrives.all().stream().map(drives::drive).toList());
    }

    private Map<Path, Long> checksums() throws IOException {
        Map<Path, Long> checksums = new TreeMap<>();
        for (SortedMap<Integer, Path> shards : shards().values()) {
            for (Path shard : shards.values()) {
                checksums.put(shard, checksum(shard));
            }
        }
        return checksums;
    }

    private static long checksum(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (long) bytes.length << 32 | crc.getValue();
    }

    /** Chooses two shards of each object, and flips bytes anywhere in these, each byte once. */
    private void flip() throws IOException {
        TreeMap<Long, Path> places = new TreeMap<>();
        long total = 0;
        long all = 0;
        Set<String> objects = new HashSet<>();
        for (Map.Entry<String, SortedMap<Integer, Path>> object : shards().entrySet()) {
            List<Path> chosen = new ArrayList<>(object.getValue().values());
            all += chosen.size();
            Collections.shuffle(chosen, random);
            objects.add(object.getKey());
            for (Path shard : chosen.subList(0, Math.min(SixDrives.PARITY, chosen.size()))) {
                places.put(total, shard);
                total += Files.size(shard);
            }
        }
        Set<Long> flipped = new HashSet<>();
        Set<Path> damaged = new HashSet<>();
        while (flipped.size() < Math.min(options.flips(), total / 2)) {
            long position = Math.floorMod(random.nextLong(), total);
            Map.Entry<Long, Path> place = places.floorEntry(position);
            if (flipped.add(position)) {
                ShardFiles.flip(place.getValue(), position - place.getKey(), 1 << random.nextInt(8));
                damaged.add(place.getValue());
            }
        }
        findings.say(
                "flips: %,d bytes flipped in %,d of the %,d shards of %,d objects, of each object in at most %d",
                flipped.size(), damaged.size(), all, objects.size(), SixDrives.PARITY);
    }

    private void heal(StorageEngine engine) {
        long bytes = contents.checkAll(engine);
        long begun = System.nanoTime();
        ScrubReport first = engine.drives().orElseThrow().scrub("", true, Long.MAX_VALUE, ProgressListener.NONE);
        double seconds = (System.nanoTime() - begun) / 1e9;
        ScrubReport second = engine.drives().orElseThrow().scrub("", true, Long.MAX_VALUE, ProgressListener.NONE);
        findings.expect(first.clean(), "the scrub could not mend everything: " + first);
        findings.expect(
                second.clean() && second.shardsMade() == 0 && second.findings().isEmpty(),
                "a second scrub still finds something: " + second);
        findings.say(
                "flips: %,d extents, %.0f MiB, read and compared; a deep scrub made %,d shards in %.1f s"
                        + " (the rest were mended after reads), a second one finds all right",
                contents.count(), bytes / (double) (1 << 20), first.shardsMade(), seconds);
    }

    /** Not by the engine's word: every shard that is still there has the bytes that it had. */
    private void compare(Map<Path, Long> before) throws IOException {
        Map<Path, Long> after = checksums();
        SortedMap<String, SortedMap<Integer, Path>> objects = shards();
        long same = 0;
        long gone = 0;
        for (Map.Entry<Path, Long> shard : before.entrySet()) {
            String name = String.valueOf(shard.getKey().getFileName());
            Long now = after.get(shard.getKey());
            if (now == null && !objects.containsKey(ShardFiles.object(name))) {
                // Its object was replaced as a whole: a table of the catalog.
                gone++;
            } else if (now == null || !now.equals(shard.getValue())) {
                findings.violation("shard " + shard.getKey() + " is not what it was before it was damaged and mended");
            } else {
                same++;
            }
        }
        findings.say(
                "flips: %,d shards are byte for byte what they were, %,d are of objects since deleted", same, gone);
    }

    /** Damages one shard more than may be of some extents, half of them at the head, half all at one place. */
    private Map<ExtentId, String> ruin() throws IOException {
        Map<ExtentId, Integer> known = contents.all();
        List<Map.Entry<String, SortedMap<Integer, Path>>> candidates = new ArrayList<>();
        for (Map.Entry<String, SortedMap<Integer, Path>> object : shards().entrySet()) {
            ObjectName name = ObjectName.parse(object.getKey()).orElse(null);
            boolean large = object.getValue().values().stream()
                            .mapToLong(ShardFiles::size)
                            .sum()
                    > MIXED_BYTES_MIN;
            if (name != null && name.kind() == ExtentKind.DATA && large && known.containsKey(name.id())) {
                candidates.add(object);
            }
        }
        Collections.shuffle(candidates, random);
        Map<ExtentId, String> ruined = new LinkedHashMap<>();
        for (Map.Entry<String, SortedMap<Integer, Path>> object :
                candidates.subList(0, Math.min(options.beyond(), candidates.size()))) {
            List<Path> shards = new ArrayList<>(object.getValue().values());
            Collections.shuffle(shards, random);
            boolean head = ruined.size() % 2 == 0;
            for (Path shard : shards.subList(0, SixDrives.PARITY + 1)) {
                long position = head ? random.nextInt(64) : ShardFiles.payloadOffset(shard) + random.nextInt(4096);
                ShardFiles.flip(shard, position, 1 << random.nextInt(8));
            }
            ruined.put(ObjectName.parse(object.getKey()).orElseThrow().id(), object.getKey());
        }
        return ruined;
    }

    private void report(StorageEngine engine, Map<ExtentId, String> ruined) {
        long right = 0;
        for (Map.Entry<ExtentId, Integer> extent : contents.all().entrySet()) {
            StorageException refusal = contents.refusal(engine, extent.getValue());
            String object = ruined.get(extent.getKey());
            if (object == null) {
                findings.expect(refusal == null, "extent " + extent.getKey() + " was not damaged: " + refusal);
                right++;
            } else {
                findings.expect(
                        refusal instanceof DamagedException
                                && String.valueOf(refusal.getMessage())
                                        .contains(extent.getKey().toString()),
                        "extent " + extent.getKey() + " is damaged beyond repair, and reading it ends with " + refusal);
            }
        }
        FsckReport fsck = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
        Set<String> expected = new TreeSet<>();
        ruined.keySet().forEach(id -> expected.add("extent " + id));
        Set<String> found = new TreeSet<>();
        fsck.findings().forEach(finding -> found.add(finding.object()));
        findings.expect(
                found.equals(expected) && fsck.problems() == expected.size(),
                "fsck reports " + fsck.findings() + " and should report " + expected);
        ScrubReport scrub = engine.drives().orElseThrow().scrub("", true, Long.MAX_VALUE, ProgressListener.NONE);
        Set<String> named = new TreeSet<>();
        for (String object : ruined.values()) {
            if (scrub.findings().stream().anyMatch(finding -> finding.contains(object))) {
                named.add(object);
            }
        }
        findings.expect(
                scrub.complete()
                        && scrub.lost() == ruined.size()
                        && scrub.incomplete() == 0
                        && named.size() == ruined.size()
                        && scrub.findings().size() == ruined.size(),
                "the scrub reports " + scrub + " and should report " + ruined.values());
        findings.say(
                "flips: damage beyond repair in %,d extents: reads refuse these, fsck reports %,d, a scrub %,d;"
                        + " the other %,d were read and compared",
                ruined.size(), fsck.problems(), scrub.lost(), right);
    }
}
