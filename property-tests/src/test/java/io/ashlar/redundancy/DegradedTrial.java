package io.ashlar.redundancy;

import io.ashlar.DriveStatus;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random reads of 4 KiB: how many bytes are read of drives for each, and how long it takes, with all drives and without two. */
final class DegradedTrial {
    private static final int READ_BYTES = 4096;
    private static final long NOTICED_NANOS = 60_000_000_000L;

    private final Options options;
    private final Findings findings;
    private final SixDrives drives;
    private final Contents contents;
    private final CountingDisk disk = new CountingDisk();

    DegradedTrial(Options options, Findings findings, Corpus corpus, Path directory) {
        this.options = options;
        this.findings = findings;
        drives = new SixDrives(directory);
        contents = new Contents(corpus.with(Corpus.Lengths.LARGE), findings);
    }

    void run() throws IOException, InterruptedException {
        try (StorageEngine engine = drives.open(disk, EngineSettings.defaults(), SixDrives.all())) {
            contents.fill(engine, options.readMib() << 20);
            engine.checkpoint();
        }
        List<Integer> order = new ArrayList<>(SixDrives.all());
        Collections.shuffle(order, new Random(options.seed()));
        try (StorageEngine engine = drives.open(disk, EngineSettings.defaults(), SixDrives.all())) {
            first(engine, "healthy");
            Samples healthy = read(engine);
            report("healthy", "", healthy);
            findings.expect(
                    healthy.medianBytes() == READ_BYTES,
                    "a healthy read of 4 KiB takes " + healthy.medianBytes() + " bytes of drives");
            for (int number : order.subList(0, SixDrives.PARITY)) {
                drives.lose(number);
            }
            await(engine, order.subList(0, SixDrives.PARITY));
            first(engine, "degraded");
            Samples degraded = read(engine);
            report("degraded", ", all of them", degraded);
            Samples direct = degraded.thatRead(0, READ_BYTES);
            Samples made = degraded.thatRead(READ_BYTES + 1, Long.MAX_VALUE);
            report("degraded", ", the page on a drive that is there", direct);
            report("degraded", ", the page made of others", made);
            findings.expect(
                    made.count() > 0 && made.medianBytes() == SixDrives.DATA * READ_BYTES,
                    "a read of 4 KiB that is made of others takes " + made.medianBytes() + " bytes of drives");
        }
    }

    /** Reads and writes until the engine takes both drives for lost: of files that are open already reads go on as if nothing had been. */
    private void await(StorageEngine engine, List<Integer> lost) throws InterruptedException {
        long begun = System.nanoTime();
        Random random = new Random(options.seed());
        byte[] another = new byte[2 * EngineSettings.defaults().inlineThresholdBytes()];
        while (!areOffline(engine, lost)) {
            random.nextBytes(another);
            engine.extents().put(another);
            contents.check(engine, random.nextInt(contents.count()), true, new java.util.SplittableRandom(1));
            if (System.nanoTime() - begun > NOTICED_NANOS) {
                findings.violation("after a minute of reading and writing drives " + lost + " are not offline: "
                        + SixDrives.drives(engine).list());
                return;
            }
            Thread.sleep(1);
        }
    }

    private static boolean areOffline(StorageEngine engine, List<Integer> lost) {
        return SixDrives.drives(engine).list().stream()
                        .filter(drive -> lost.contains(drive.number()) && drive.state() == DriveStatus.State.OFFLINE)
                        .count()
                == lost.size();
    }

    /** One read of each extent: what there is to say of its shards is read too, and remembered. */
    private void first(StorageEngine engine, String how) {
        long bytes = disk.bytes();
        ByteBuffer target = ByteBuffer.allocate(READ_BYTES);
        for (ExtentId id : contents.all().keySet()) {
            engine.extents().get(id, 0, target.clear());
        }
        findings.say(
                "degraded: %s, the first read of each of %,d extents: %,.0f bytes of drives for each, heads included",
                how, contents.count(), (disk.bytes() - bytes) / (double) contents.count());
    }

    private Samples read(StorageEngine engine) {
        List<Map.Entry<ExtentId, Integer>> all = new ArrayList<>(contents.all().entrySet());
        Random random = new Random(options.seed());
        long[] nanos = new long[options.reads()];
        long[] bytes = new long[options.reads()];
        long[] calls = new long[options.reads()];
        ByteBuffer target = ByteBuffer.allocate(READ_BYTES);
        byte[] piece = {};
        int current = -1;
        // In an order that lets each piece be made once: the order of extents does not matter, that of places is
        // random.
        int each = Math.max(1, options.reads() / all.size());
        for (int i = 0; i < options.reads(); i++) {
            int extent = i / each % all.size();
            int number = all.get(extent).getValue();
            if (number != current) {
                piece = contents.piece(number);
                current = number;
            }
            int page = random.nextInt(piece.length / READ_BYTES);
            long bytesBefore = disk.bytes();
            long callsBefore = disk.calls();
            long begun = System.nanoTime();
            int read = engine.extents().get(all.get(extent).getKey(), (long) page * READ_BYTES, target.clear());
            nanos[i] = System.nanoTime() - begun;
            bytes[i] = disk.bytes() - bytesBefore;
            calls[i] = disk.calls() - callsBefore;
            findings.expect(
                    read == READ_BYTES && target.flip().equals(ByteBuffer.wrap(piece, page * READ_BYTES, READ_BYTES)),
                    "page " + page + " of extent " + all.get(extent).getKey() + " is wrong");
        }
        return new Samples(nanos, bytes, calls);
    }

    private void report(String how, String which, Samples samples) {
        findings.say(
                "degraded: %s%s: %,d reads of 4 KiB, %,.0f bytes of drives in %.2f calls for each (median %,d bytes),"
                        + " p50 %.1f us, p99 %.1f us",
                how,
                which,
                samples.count(),
                samples.meanBytes(),
                samples.meanCalls(),
                samples.medianBytes(),
                samples.nanos(0.5) / 1e3,
                samples.nanos(0.99) / 1e3);
    }

    /** What was measured of each read. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Samples(long[] nanos, long[] bytes, long[] calls) {
        int count() {
            return nanos.length;
        }

        double meanBytes() {
            return Arrays.stream(bytes).average().orElse(0);
        }

        double meanCalls() {
            return Arrays.stream(calls).average().orElse(0);
        }

        long medianBytes() {
            long[] sorted = bytes.clone();
            Arrays.sort(sorted);
            return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        }

        long nanos(double share) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
        }

        Samples thatRead(long min, long max) {
            int[] those = java.util.stream.IntStream.range(0, count())
                    .filter(i -> bytes[i] >= min && bytes[i] <= max)
                    .toArray();
            return new Samples(pick(nanos, those), pick(bytes, those), pick(calls, those));
        }

        private static long[] pick(long[] values, int[] those) {
            return Arrays.stream(those).mapToLong(i -> values[i]).toArray();
        }
    }
}
