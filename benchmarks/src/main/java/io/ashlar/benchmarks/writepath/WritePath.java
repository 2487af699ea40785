package io.ashlar.benchmarks.writepath;

import java.util.List;

/** Times the write path beside the disk's own limit. */
public final class WritePath {
    private static final int SMALL = 4096;
    /** What the journal writes for a put of 4 KiB: the image's header and directory, the record's and the frame's. */
    private static final int SMALL_FRAMED = 4304;

    private static final int LARGE = 2 << 20;

    private WritePath() {}

    private static List<Contender> contenders() {
        String force = "raw 4 KiB write + force";
        String group8 = "raw 4 KiB group commit, 8 threads";
        String group64 = "raw 4 KiB group commit, 64 threads";
        String objects = "raw 2 MiB file + force + rename + directory force";
        String objects2 = objects + ", 2 threads";
        String stream = "raw 2 MiB sequential writes, one force";
        return List.of(
                new RawAppend(force, SMALL, SMALL),
                new RawAppend("raw write + force of 4,304 bytes, unaligned", SMALL, SMALL_FRAMED),
                new EnginePuts("Ashlar 4 KiB SYNC, 1 thread", SMALL, 1, 1, force),
                new RawGroupCommit(group8, SMALL, 8, 30_000),
                new EnginePuts("Ashlar 4 KiB SYNC, 8 threads", SMALL, 8, 1, group8),
                new RawGroupCommit(group64, SMALL, 64, 30_000),
                new EnginePuts("Ashlar 4 KiB SYNC, 64 threads", SMALL, 64, 1, group64),
                new RawStream(stream, LARGE),
                new RawObjects(objects, LARGE, 1),
                new RawObjects(objects2, LARGE, 2),
                new EnginePuts("Ashlar 2 MiB SYNC, 1 thread", LARGE, 1, 1, objects),
                new EnginePuts("Ashlar 2 MiB SYNC, 2 threads", LARGE, 2, 1, objects2),
                new EnginePuts("Ashlar 2 MiB GROUPED, 1 thread, 8 under way", LARGE, 1, 8, stream));
    }

    /**
     * Runs it.
     *
     * @param arguments those of {@link Contest#run}
     * @throws Exception if something failed
     */
    public static void main(String[] arguments) throws Exception {
        Contest.run(contenders(), arguments);
    }
}
