package io.ashlar.redundancy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Real data without end: pieces of the files of a directory, each stamped so that no two are equal and nothing is deduplicated. The
 * same number always gives the same piece. Immutable.
 */
final class Corpus {
    /** How long pieces are. */
    enum Lengths {
        /** Like files: one in ten so small that it is packed with others, most up to 2 MiB. */
        MIXED,
        /** 256 KiB to 2 MiB, each an object of its own. */
        LARGE
    }

    private static final long BYTES_MAX = 512L << 20;
    private static final int LARGE_BYTES_MIN = 256 << 10;
    private static final int PIECE_BYTES_MAX = 2 << 20;

    private final List<byte[]> files;
    private final long[] ends;
    private final long seed;
    private final Lengths lengths;

    private Corpus(List<byte[]> files, long seed, Lengths lengths) {
        this.files = files;
        this.seed = seed;
        this.lengths = lengths;
        ends = new long[files.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += files.get(i).length;
            ends[i] = end;
        }
    }

    /** Reads up to 512 MiB of a directory into memory. */
    static Corpus read(Path directory, long seed) throws IOException {
        List<byte[]> files = new ArrayList<>();
        long bytes = 0;
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.filter(file -> Files.isRegularFile(file) && Files.isReadable(file))
                    .sorted()
                    .toList();
        }
        for (Path path : paths) {
            if (Files.size(path) > 0 && bytes + Files.size(path) <= BYTES_MAX) {
                files.add(Files.readAllBytes(path));
                bytes += files.get(files.size() - 1).length;
            }
        }
        if (bytes < PIECE_BYTES_MAX) {
            throw new IOException(directory + " has " + bytes + " bytes in files, and 2 MiB are needed");
        }
        return new Corpus(List.copyOf(files), seed, Lengths.MIXED);
    }

    Corpus with(Lengths newLengths) {
        return new Corpus(files, seed, newLengths);
    }

    long bytes() {
        return ends[ends.length - 1];
    }

    /** A piece. */
    byte[] piece(int number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        byte[] piece = new byte[length(random)];
        long at = random.nextLong(bytes());
        int file = 0;
        while (ends[file] <= at) {
            file++;
        }
        int from = (int) (at - (ends[file] - files.get(file).length));
        for (int filled = 0; filled < piece.length; ) {
            int count = Math.min(piece.length - filled, files.get(file).length - from);
            System.arraycopy(files.get(file), from, piece, filled, count);
            filled += count;
            file = (file + 1) % files.size();
            from = 0;
        }
        ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN).putLong(0, seed).putInt(Long.BYTES, number);
        return piece;
    }

    private int length(SplittableRandom random) {
        if (lengths == Lengths.LARGE) {
            return random.nextInt(LARGE_BYTES_MIN, PIECE_BYTES_MAX + 1);
        }
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt(100, 12_000);
            case 1 -> random.nextInt(20_000, 100_000);
            default -> random.nextInt(LARGE_BYTES_MIN, PIECE_BYTES_MAX + 1);
        };
    }
}
