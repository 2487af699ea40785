package io.ashlar.cli.trial;

import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.Directories;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.Interrupted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Flips single bytes that a cleanly closed store lives on, anywhere; each must be noticed. Of the journal, which is
 * preallocated, only the header of the newest segment lives on after a clean close.
 */
@Command(
        name = "flip-test",
        hidden = true,
        description = "Flips single bytes of a closed store; opening it or fsck must notice each.")
public final class FlipTestCommand extends BaseCommand {
    private static final int SEGMENT_HEADER_BYTES = 4096;
    private static final long WATCHDOG_SECONDS = 60;
    private static final int MAX_PRINTED = 50;

    @Option(
            names = "--flips",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many. Default: ${DEFAULT-VALUE}.")
    private int flips;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Where chance begins. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the store is made. Default: a temporary directory.")
    private @Nullable Path directory;

    private FlipTestCommand() {}

    @Override
    protected ExitCode run() throws Exception {
        Path base = directory != null ? Files.createDirectories(directory) : Files.createTempDirectory("ashlar-flip");
        Path place = base.resolve("store");
        long start = System.nanoTime();
        long missed = 0;
        Map<TrialStore.Outcome, Integer> outcomes = new EnumMap<>(TrialStore.Outcome.class);
        try (Watchdog watchdog = new Watchdog(WATCHDOG_SECONDS)) {
            TrialStore store = TrialStore.create(place, seed);
            StoreImage image = new StoreImage(place);
            NavigableMap<Long, String> live = live(image);
            long liveBytes = live.isEmpty()
                    ? 0
                    : live.lastKey() + length(image, live.lastEntry().getValue());
            out().println("flip-test: seed " + seed + ", " + liveBytes + " live bytes in " + live.size() + " files");
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < flips; i++) {
                if (interrupt().asked()) {
                    throw new Interrupted("the flip test was interrupted");
                }
                long position = random.nextLong(liveBytes);
                Map.Entry<Long, String> file = live.floorEntry(position);
                int at = (int) (position - file.getKey());
                byte[] flipped = image.bytes(file.getValue()).clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                image.change(file.getValue(), flipped);
                TrialStore.Result result = watchdog.run(() -> store.look(false));
                image.restore();
                outcomes.merge(result.outcome(), 1, Integer::sum);
                boolean noticed = result.outcome() == TrialStore.Outcome.REPORTED
                        || result.outcome() == TrialStore.Outcome.REPAIRED;
                if (!noticed && missed++ < MAX_PRINTED) {
                    out().println("VIOLATION byte " + at + " of " + file.getValue() + " (" + flipped.length
                            + " bytes): " + result.outcome() + " " + result.words());
                }
                if ((i + 1) % 1000 == 0) {
                    out().println("flipped " + (i + 1));
                    out().flush();
                }
            }
        } finally {
            Directories.delete(place);
        }
        if (directory == null) {
            Directories.delete(base);
        }
        out().println("flips: " + flips + ", violations: " + missed + ", outcomes: " + outcomes + ", seconds: "
                + (System.nanoTime() - start) / 1_000_000_000L);
        return missed == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    /** The live files by the number of live bytes before them. */
    private static NavigableMap<Long, String> live(StoreImage image) {
        String newest = image.files().stream()
                .filter(file -> file.startsWith("journal/") && file.endsWith(".seg"))
                .reduce("", (a, b) -> b);
        NavigableMap<Long, String> live = new TreeMap<>();
        long before = 0;
        for (String file : image.files()) {
            boolean lives = !file.endsWith("LOCK") && (!file.startsWith("journal") || file.equals(newest));
            if (lives && length(image, file) > 0) {
                live.put(before, file);
                before += length(image, file);
            }
        }
        return live;
    }

    private static int length(StoreImage image, String file) {
        int length = image.bytes(file).length;
        return file.startsWith("journal") ? Math.min(length, SEGMENT_HEADER_BYTES) : length;
    }
}
