package io.ashlar.redundancy;

import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What was put and acknowledged: which piece is which extent. Safe for use by many threads. */
final class Contents {
    private final Corpus corpus;
    private final Findings findings;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by itself.
    private final Map<Integer, ExtentId> ids = new HashMap<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile int[] numbers = new int[1024];

    Contents(Corpus corpus, Findings findings) {
        this.corpus = corpus;
        this.findings = findings;
    }

    /** Puts another piece; returns its length. */
    int put(StorageEngine engine) {
        int number = next.getAndIncrement();
        byte[] piece = corpus.piece(number);
        ExtentId id = engine.extents().put(piece);
        synchronized (ids) {
            ids.put(number, id);
            int count = acknowledged.get();
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count] = number;
            acknowledged.set(count + 1);
        }
        return piece.length;
    }

    /** Puts pieces until there are so many bytes; returns how many there are. */
    long fill(StorageEngine engine, long bytes) {
        long filled = 0;
        while (filled < bytes) {
            filled += put(engine);
        }
        return filled;
    }

    int count() {
        return acknowledged.get();
    }

    /** Any piece that is stored. */
    int any(SplittableRandom random) {
        int count = acknowledged.get();
        return numbers[random.nextInt(count)];
    }

    byte[] piece(int number) {
        return corpus.piece(number);
    }

    ExtentId id(int number) {
        synchronized (ids) {
            ExtentId id = ids.get(number);
            if (id == null) {
                throw new IllegalStateException("piece " + number + " is not stored");
            }
            return id;
        }
    }

    /** All extents, and the pieces that they hold. */
    Map<ExtentId, Integer> all() {
        Map<ExtentId, Integer> all = new LinkedHashMap<>();
        synchronized (ids) {
            ids.forEach((number, id) -> all.put(id, number));
        }
        return all;
    }

    /** Reads a piece, or a range of it, and compares; returns how many bytes were right, or -1. */
    int check(StorageEngine engine, int number, boolean whole, SplittableRandom random) {
        byte[] expected = corpus.piece(number);
        try {
            int from = whole ? 0 : random.nextInt(expected.length);
            int length = whole ? expected.length : Math.min(expected.length - from, 1 + random.nextInt(65_536));
            ByteBuffer target = ByteBuffer.allocate(length);
            int read = engine.extents().get(id(number), from, target);
            boolean equal = read == length && target.flip().equals(ByteBuffer.wrap(expected, from, length));
            findings.expect(
                    equal,
                    "extent " + id(number) + ", " + length + " bytes from " + from + " on: " + read
                            + " bytes were read, and they are not those that were put");
            return equal ? length : -1;
        } catch (RuntimeException e) {
            findings.violation("extent " + id(number) + " cannot be read: " + e);
            return -1;
        }
    }

    /** Reads everything whole and compares; returns how many bytes were right. */
    long checkAll(StorageEngine engine) {
        long bytes = 0;
        SplittableRandom none = new SplittableRandom(0);
        for (int number : all().values()) {
            bytes += Math.max(0, check(engine, number, true, none));
        }
        return bytes;
    }

    /** Reads a piece whole; returns why that was refused, null if it was not. Wrong bytes are a violation. */
    @Nullable
    StorageException refusal(StorageEngine engine, int number) {
        try {
            byte[] got = engine.extents().get(id(number));
            findings.expect(
                    Arrays.equals(got, corpus.piece(number)), "extent " + id(number) + " was read, and is wrong");
            return null;
        } catch (StorageException e) {
            return e;
        }
    }
}
