package io.ashlar.redundancy;

import io.ashlar.DriveStatus;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore.NamedExtent;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Any two of six drives are gone, with all that is on them, journal and checkpoints too, and the store's directory as well. The store
 * opens from the rest with everything that was acknowledged.
 */
final class MetadataTrial {
    private static final int NAMES_PAGE = 1000;
    /**
     * Nothing is swept by itself: the image is taken file by file, and objects that go meanwhile would be gone in it before the record
     * that lets them go is there.
     */
    private static final EngineSettings SETTINGS = EngineSettings.defaults()
            .withMaintenanceIntervalMillis(0)
            .withJournalSegmentBytes(1 << 20)
            .withCheckpointJournalBytes(4 << 20)
            .withJournalMaxBytes(64 << 20);

    private final Options options;
    private final Findings findings;
    private final Contents contents;
    private final Path directory;
    private final Map<String, ExtentId> names = new TreeMap<>();
    private final Set<ExtentId> released = new HashSet<>();

    MetadataTrial(Options options, Findings findings, Corpus corpus, Path directory) {
        this.options = options;
        this.findings = findings;
        this.directory = directory;
        contents = new Contents(corpus, findings);
    }

    void run() throws IOException {
        SixDrives original = new SixDrives(directory.resolve("original"));
        Path image = directory.resolve("image");
        List<Integer> journals;
        try (StorageEngine engine = original.open(null, SETTINGS, SixDrives.all())) {
            work(engine);
            journals = SixDrives.drives(engine).list().stream()
                    .filter(DriveStatus::journal)
                    .map(DriveStatus::number)
                    .toList();
            // While it is open: what a power failure would leave, had everything been forced that was written.
            copy(original.directory(), image);
        }
        // The drives know of each other by these places, and nobody is to find them there.
        Trees.delete(original.directory());
        findings.expect(
                journals.size() == SixDrives.PARITY + 1, "the journal is on drives " + journals + " and not on three");
        int opened = 0;
        int withJournal = 0;
        for (int first = 1; first <= SixDrives.DRIVES; first++) {
            for (int second = first + 1; second <= SixDrives.DRIVES; second++) {
                opened += openWithout(new SixDrives(image), first, second) ? 1 : 0;
                withJournal += journals.contains(first) || journals.contains(second) ? 1 : 0;
            }
        }
        findings.say(
                "metadata: opened without each of %d pairs of drives, of which %d had copies of the journal (drives %s):"
                        + " %,d extents equal, %,d names right, %,d released ones gone, fsck clean, another put taken",
                opened, withJournal, journals, options.commits() - released.size(), names.size(), released.size());
    }

    /** Puts, names and releases; a checkpoint part of the way, so that there is something in the journal alone as well. */
    private void work(StorageEngine engine) {
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int i = 0; i < options.commits(); i++) {
            contents.put(engine);
            ExtentId id = contents.id(i);
            if (random.nextInt(3) == 0) {
                String name = "name-" + random.nextInt(options.commits());
                engine.extents().bind(name, id);
                names.put(name, id);
            } else if (random.nextInt(10) == 0) {
                engine.extents().release(id);
                released.add(id);
            }
            if (!names.isEmpty() && random.nextInt(20) == 0) {
                String name = names.keySet().iterator().next();
                engine.extents().unbind(name);
                names.remove(name);
            }
            if (i == options.commits() / 2) {
                engine.checkpoint();
            }
        }
    }

    private boolean openWithout(SixDrives image, int first, int second) throws IOException {
        SixDrives left = new SixDrives(directory.resolve("left"));
        List<Integer> rest = new ArrayList<>(SixDrives.all());
        rest.removeAll(List.of(first, second));
        for (int number : rest) {
            copy(image.drive(number), left.drive(number));
        }
        try (StorageEngine engine = left.open(null, SETTINGS, rest)) {
            check(engine, "without drives " + first + " and " + second);
            contents.put(engine);
            return true;
        } catch (StorageException e) {
            findings.violation("without drives " + first + " and " + second + " it does not open: " + e);
            return false;
        } finally {
            Trees.delete(left.directory());
        }
    }

    private void check(StorageEngine engine, String how) {
        Map<ExtentId, Integer> all = contents.all();
        int acknowledged = options.commits();
        all.forEach((id, number) -> {
            // What was put after the image was taken is not in it.
            if (number < acknowledged && !released.contains(id)) {
                contents.check(engine, number, true, new SplittableRandom(number));
            }
        });
        released.forEach(id -> findings.expect(!engine.extents().exists(id), how + ": released " + id + " is there"));
        Map<String, ExtentId> found = new TreeMap<>();
        for (NamedExtent each : engine.extents().names("", NAMES_PAGE)) {
            found.put(each.name(), each.id());
        }
        findings.expect(found.equals(names), how + ": names are " + found + " and should be " + names);
        FsckReport report = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
        // A copy of the journal may have ended sooner than another: files were copied one after the other.
        boolean repaired = report.findings().stream().allMatch(finding -> finding.kind() == FsckReport.Kind.REPAIRED);
        findings.expect(report.complete() && repaired, how + ": fsck finds " + report);
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else if (Files.exists(path)) {
                Files.copy(path, target);
            }
        }
    }
}
