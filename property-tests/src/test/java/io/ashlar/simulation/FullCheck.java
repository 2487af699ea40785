package io.ashlar.simulation;

import io.ashlar.BackPressureException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Fills a store until it takes no more, in one of three ways: the disk has no room, or none beyond the reserve, or the journal
 * has none. Users must be refused by the exceptions that say so; nothing latches; and what makes room goes through, so that
 * in the end something can be put again.
 */
final class FullCheck {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int SMALL_SEGMENT_BYTES = 16 << 10;

    /** In segments, as the defaults have it. */
    private static final int RESERVED_SEGMENTS = 8;

    private static final int PUTS_MAX = 100;
    private static final int ROUNDS_MAX = 4;

    /** More than the tables of two checkpoints take, which stay when all else is given back. */
    private static final int USERS_BYTES = 96 << 10;

    /** So much of the journal that a few records fill it; least of all that a record need not be split. */
    private static final int INLINE_BYTES = 28 << 10;

    /** What becomes full. */
    enum What {
        DISK(SEGMENT_BYTES, INLINE_BYTES, 0),
        RESERVE(SMALL_SEGMENT_BYTES, 2 << 10, RESERVED_SEGMENTS * SMALL_SEGMENT_BYTES),
        JOURNAL(SEGMENT_BYTES, INLINE_BYTES, 0);

        private final int segmentBytes;
        private final int inlineBytes;
        private final int reserveBytes;

        What(int segmentBytes, int inlineBytes, int reserveBytes) {
            this.segmentBytes = segmentBytes;
            this.inlineBytes = inlineBytes;
            this.reserveBytes = reserveBytes;
        }

        /** Settings by which this takes little: whoever opens a store may always choose others. */
        EngineSettings settings(EngineSettings usual) {
            return usual.withInlineThresholdBytes(0)
                    .withJournalSegmentBytes(segmentBytes)
                    .withCheckpointJournalBytes(segmentBytes)
                    .withInlineThresholdBytes(inlineBytes)
                    .withDiskReserveBytes(reserveBytes);
        }
    }

    private static final List<What> ALL = List.of(What.values());

    /** Less than so many lives end before they have made room: each takes a segment, however full the journal is. */
    private static final int SHORT_LIVES = 3;

    /** Kills the process and opens the store again, with the same settings. */
    @FunctionalInterface
    interface NextLife {
        SimulatedEngine after(SimulatedEngine killed) throws IOException;
    }

    private SimulatedEngine engine;
    private final SplittableRandom random;
    private final What what;
    private final NextLife nextLife;
    private final List<ExtentId> taken = new ArrayList<>();

    private FullCheck(SimulatedEngine engine, SplittableRandom random, What what, NextLife nextLife) {
        this.engine = engine;
        this.random = random;
        this.what = what;
        this.nextLife = nextLife;
    }

    static What draw(SplittableRandom random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    /**
     * Fills a store that was opened with {@link What#settings}.
     *
     * @param engine nobody else uses it
     * @return the same, or a later life of it; has room again
     */
    static SimulatedEngine check(SimulatedEngine engine, SplittableRandom random, What what, NextLife nextLife)
            throws IOException {
        FullCheck check = new FullCheck(engine, random, what, nextLife);
        switch (what) {
            case DISK -> check.disk();
            case RESERVE -> check.reserve();
            case JOURNAL -> check.journal();
        }
        SimulatedEngine last = check.engine;
        last.history.checkFaults();
        Violation.unless(
                !last.driver.hasFailed(),
                () -> "a store that is full failed: " + last.core.latch().failure());
        return last;
    }

    private void disk() throws IOException {
        while (engine.core.journal().prepareSpare()) {
            // Until there are as many spares as the journal wants.
        }
        engine.disk.capacityBytes(engine.disk.usedBytes());
        fill(INLINE_BYTES);
        fill(INLINE_BYTES + 1);
        Violation.unless(
                !engine.driver.hasFailed(),
                () -> "a full disk failed the store: " + engine.core.latch().failure());
        if (!taken.isEmpty()) {
            release();
        }
        engine.disk.capacityBytes(Long.MAX_VALUE);
        mustTake();
    }

    private void reserve() throws IOException {
        // Before anything is put: a disk that shrinks behind the engine's back is noticed late.
        engine.disk.capacityBytes(engine.disk.usedBytes() + what.reserveBytes + USERS_BYTES);
        // Something to be packed by the checkpoint.
        for (int i = 0; i < 4; i++) {
            put(what.inlineBytes);
        }
        for (int bytes = SEGMENT_BYTES; bytes > what.inlineBytes; bytes /= 2) {
            fill(bytes);
        }
        makeRoom();
        engine.disk.capacityBytes(Long.MAX_VALUE);
    }

    private void journal() throws IOException {
        for (int lives = random.nextInt(SHORT_LIVES); lives > 0; lives--) {
            fill(INLINE_BYTES);
            if (!taken.isEmpty()) {
                // Else the next life would take the place of this one.
                release();
            }
            engine = nextLife.after(engine);
        }
        fill(INLINE_BYTES);
        makeRoom();
    }

    /** Puts until that is refused. */
    private void fill(int bytes) throws IOException {
        for (int i = 0; i < PUTS_MAX; i++) {
            Throwable refusal = put(bytes);
            if (refusal != null) {
                Violation.unless(
                        refusal instanceof StoreFullException || refusal instanceof BackPressureException,
                        () -> "a put into a store without room (" + what + ") ended with " + refusal);
                return;
            }
        }
        throw new Violation(PUTS_MAX + " puts of " + bytes + " bytes went into a store that has no room: " + what);
    }

    /** Puts something new; returns what refused it. */
    private @Nullable Throwable put(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        CompletableFuture<ExtentId> put = engine.extents.put(ByteBuffer.wrap(content), Durability.GROUPED);
        engine.drain();
        try {
            taken.add(put.join());
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    private void release() throws IOException {
        ExtentId id = taken.remove(taken.size() - 1);
        CompletableFuture<Void> release = engine.extents.release(id, Durability.GROUPED);
        engine.drain();
        Violation.unless(
                release.isDone() && !release.isCompletedExceptionally(),
                () -> "a release in a full store (" + what + ") failed: " + release);
    }

    /** The engine's own work goes through, and after some of it there is room. */
    private void makeRoom() throws IOException {
        try {
            engine.checkpoint();
            while (!taken.isEmpty()) {
                release();
            }
            engine.collect();
            for (int round = 0; round < ROUNDS_MAX; round++) {
                engine.checkpoint();
                if (put(what.inlineBytes) == null) {
                    return;
                }
            }
        } catch (IOException | StorageException e) {
            throw new Violation("a store that is full (" + what + ") cannot make room: " + e, e);
        }
        throw new Violation("a store that is full (" + what + ") stays full after " + ROUNDS_MAX + " checkpoints");
    }

    private void mustTake() throws IOException {
        Throwable refusal = put(what.inlineBytes);
        Violation.unless(refusal == null, () -> "a store that has room again refuses a put: " + refusal);
    }
}
