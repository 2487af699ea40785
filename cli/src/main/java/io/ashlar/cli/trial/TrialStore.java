package io.ashlar.cli.trial;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.NameNotFoundException;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A small store with something of everything in it, and what must be read from it. */
final class TrialStore {
    private static final EngineSettings SETTINGS = EngineSettings.defaults()
            .withJournalSegmentBytes(256 << 10)
            .withCheckpointJournalBytes(512 << 10)
            .withJournalMaxBytes(4L << 20)
            .withMaintenanceIntervalMillis(0);

    private final Path directory;
    private final Map<ExtentId, byte[]> extents = new LinkedHashMap<>();
    private final Map<String, byte[]> objects = new LinkedHashMap<>();

    private TrialStore(Path directory) {
        this.directory = directory;
    }

    /** Creates a store of about 8 MiB: large and small extents, packs, names, an object; some of it young. */
    static TrialStore create(Path directory, long seed) {
        TrialStore store = new TrialStore(directory);
        SplittableRandom random = new SplittableRandom(seed);
        try (StorageEngine engine = store.open()) {
            store.fill(engine.extents(), random, 100);
            engine.checkpoint();
            engine.collect(false, ProgressListener.NONE);
            store.fill(engine.extents(), random, 20);
            byte[] large = store.random(random, EngineSettings.MAX_EXTENT_BYTES + 100_000);
            try (ObjectWriter object = engine.extents().newObject()) {
                object.write(ByteBuffer.wrap(large));
                object.finish("object");
            }
            store.objects.put("object", large);
        }
        return store;
    }

    private byte[] random(SplittableRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private void fill(ExtentStore store, SplittableRandom random, int count) {
        for (int i = 0; i < count; i++) {
            int size = i % 10 == 0 ? 20_000 + random.nextInt(400_000) : random.nextInt(8_000);
            byte[] bytes = random(random, size);
            ExtentId id = store.put(bytes);
            extents.put(id, bytes);
            if (i % 20 == 5) {
                store.bind("name-" + count + "-" + i, id);
                objects.put("name-" + count + "-" + i, bytes);
            }
        }
    }

    StorageEngine open() {
        return StorageEngine.builder(directory).settings(SETTINGS).open();
    }

    /** What came of looking at the store. */
    enum Outcome {
        /** Nothing noticed, and all bytes right. */
        UNNOTICED,
        /** All bytes right, and the engine said that it put something right. */
        REPAIRED,
        /** Something was refused with a typed error, or fsck found it. */
        REPORTED,
        /** Bytes were wrong, or something failed that must not. */
        WRONG
    }

    /** The outcome, and the engine's words. */
    record Result(Outcome outcome, String words) {}

    /** Opens the store and checks it; reads everything where asked for. */
    Result look(boolean readAll) {
        StringBuilder words = new StringBuilder();
        boolean reported = false;
        boolean repaired = false;
        try (StorageEngine engine = open()) {
            if (engine.recovery().created()) {
                return new Result(Outcome.WRONG, "a new store was created in place of the damaged one");
            }
            for (String problem : engine.recovery().problems()) {
                repaired = true;
                words.append(problem).append("; ");
            }
            FsckReport fsck = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
            for (FsckReport.Finding finding : fsck.findings()) {
                boolean putRight = finding.kind() == FsckReport.Kind.REPAIRED;
                repaired |= putRight;
                reported |= !putRight;
                words.append(finding).append("; ");
            }
            if (readAll) {
                int unreadable = 0;
                for (Map.Entry<ExtentId, byte[]> extent : extents.entrySet()) {
                    String wrong = read(words, () -> engine.extents().get(extent.getKey()), extent.getValue());
                    if (wrong == null) {
                        unreadable++;
                    } else if (!wrong.isEmpty()) {
                        return new Result(Outcome.WRONG, extent.getKey() + ": " + wrong);
                    }
                }
                for (Map.Entry<String, byte[]> object : objects.entrySet()) {
                    String wrong = read(words, () -> readObject(engine.extents(), object.getKey()), object.getValue());
                    if (wrong == null) {
                        unreadable++;
                    } else if (!wrong.isEmpty()) {
                        return new Result(Outcome.WRONG, object.getKey() + ": " + wrong);
                    }
                }
                if (unreadable > 0 && !reported) {
                    return new Result(Outcome.WRONG, unreadable + " extents unreadable, but fsck is silent: " + words);
                }
            }
        } catch (StorageException e) {
            reported = true;
            words.append(e);
        }
        Outcome outcome = reported ? Outcome.REPORTED : repaired ? Outcome.REPAIRED : Outcome.UNNOTICED;
        return new Result(outcome, words.toString());
    }

    private interface Reading {
        byte[] read();
    }

    /** Empty if the bytes are right, null if they were refused with a typed error, else what is wrong. */
    private static @Nullable String read(StringBuilder words, Reading reading, byte[] expected) {
        try {
            return Arrays.equals(reading.read(), expected) ? "" : "wrong bytes were returned";
        } catch (StorageException e) {
            if (words.length() < 2000) {
                words.append(e).append("; ");
            }
            return null;
        }
    }

    private static byte[] readObject(ExtentStore store, String name) {
        ExtentId id = store.resolve(name).orElseThrow(() -> new NameNotFoundException("the name " + name + " is lost"));
        try (ObjectReader object = store.openObject(id)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(object.length()));
            object.read(0, bytes);
            return bytes.array();
        }
    }
}
