package io.ashlar.testkit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The contents of a file in chunks that snapshots share until one side writes. A snapshot costs one small object, whatever
 * the size; a write after it copies the table of chunks once and each chunk that it touches once.
 *
 * <p>Bytes beyond the size are zero in every chunk, so growing needs no clearing.
 */
final class SimulatedBytes {
    /** Large enough for a short table, small enough that copying one for a small write is cheap. */
    private static final int CHUNK_BYTES = 1024;

    private static final byte[] ZEROS = new byte[CHUNK_BYTES];
    private static final byte[][] NO_CHUNKS = {};
    private static final boolean[] NOTHING_OWNED = {};
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = 0x9fb21c651e98df25L;

    private byte[][] chunks;
    private boolean[] owned;
    private boolean tableShared;
    private long sizeBytes;

    /** Of the contents, or zero while it is not known. Shared with snapshots until either side writes. */
    private AtomicLong fingerprint = new AtomicLong();

    SimulatedBytes() {
        this(NO_CHUNKS, 0);
    }

    private SimulatedBytes(byte[][] chunks, long sizeBytes) {
        this.chunks = chunks;
        this.owned = NOTHING_OWNED;
        this.tableShared = true;
        this.sizeBytes = sizeBytes;
    }

    SimulatedBytes snapshot() {
        owned = NOTHING_OWNED;
        tableShared = true;
        SimulatedBytes snapshot = new SimulatedBytes(chunks, sizeBytes);
        snapshot.fingerprint = fingerprint;
        return snapshot;
    }

    /** A hash of the contents, never zero; equal contents have equal ones. Kept until the next write, by snapshots too. */
    long fingerprint() {
        long hash = fingerprint.get();
        if (hash == 0) {
            hash = sizeBytes;
            for (int i = 0; i < chunks.length && (long) i * CHUNK_BYTES < sizeBytes; i++) {
                hash = SimulatedRandom.mix(hash, chunks[i] == ZEROS ? 1 : chunkHash(chunks[i]));
            }
            hash = hash == 0 ? 1 : hash;
            fingerprint.set(hash);
        }
        return hash;
    }

    private static long chunkHash(byte[] chunk) {
        long first = 0;
        long second = 0;
        for (int at = 0; at < CHUNK_BYTES; at += 2 * Long.BYTES) {
            first = Long.rotateLeft((first ^ (long) LONGS.get(chunk, at)) * FACTOR, 29);
            second = Long.rotateLeft((second ^ (long) LONGS.get(chunk, at + Long.BYTES)) * FACTOR, 29);
        }
        // That of zeros is one, whether they are the shared ones or not.
        return 1 + SimulatedRandom.mix(first, 0) + 31 * SimulatedRandom.mix(second, 0);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    void write(long position, byte[] source, int from, int length) {
        if (length == 0) {
            return;
        }
        ownTable(position + length);
        fingerprint = new AtomicLong();
        int done = 0;
        while (done < length) {
            long at = position + done;
            int within = (int) (at % CHUNK_BYTES);
            int step = Math.min(length - done, CHUNK_BYTES - within);
            System.arraycopy(source, from + done, ownChunk((int) (at / CHUNK_BYTES)), within, step);
            done += step;
        }
        sizeBytes = Math.max(sizeBytes, position + length);
    }

    /** Reads as much as both the target and the file hold; returns how much that was. */
    int read(ByteBuffer target, long position) {
        int length = (int) Math.max(0, Math.min(target.remaining(), sizeBytes - position));
        int done = 0;
        while (done < length) {
            long at = position + done;
            int within = (int) (at % CHUNK_BYTES);
            int step = Math.min(length - done, CHUNK_BYTES - within);
            target.put(chunks[(int) (at / CHUNK_BYTES)], within, step);
            done += step;
        }
        return length;
    }

    void truncate(long newSizeBytes) {
        if (newSizeBytes >= sizeBytes) {
            return;
        }
        ownTable(sizeBytes);
        int within = (int) (newSizeBytes % CHUNK_BYTES);
        int keptChunks = (int) (newSizeBytes / CHUNK_BYTES);
        if (within > 0) {
            Arrays.fill(ownChunk(keptChunks), within, CHUNK_BYTES, (byte) 0);
            keptChunks++;
        }
        for (int i = keptChunks; i < chunks.length; i++) {
            chunks[i] = ZEROS;
            owned[i] = false;
        }
        fingerprint = new AtomicLong();
        sizeBytes = newSizeBytes;
    }

    /** Grows the file by zeros; does nothing if it is as long already. */
    void extend(long newSizeBytes) {
        if (newSizeBytes > sizeBytes) {
            ownTable(newSizeBytes);
            fingerprint = new AtomicLong();
            sizeBytes = newSizeBytes;
        }
    }

    void flip(long position, int mask) {
        assert position < sizeBytes : position;
        ownTable(sizeBytes);
        fingerprint = new AtomicLong();
        ownChunk((int) (position / CHUNK_BYTES))[(int) (position % CHUNK_BYTES)] ^= (byte) mask;
    }

    private void ownTable(long neededBytes) {
        int needed = Math.toIntExact((neededBytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
        if (!tableShared && needed <= chunks.length) {
            return;
        }
        int length = needed <= chunks.length ? chunks.length : Math.max(needed, chunks.length + chunks.length / 2);
        int before = chunks.length;
        boolean[] ownedBefore = owned;
        chunks = Arrays.copyOf(chunks, length);
        Arrays.fill(chunks, before, length, ZEROS);
        owned = tableShared ? new boolean[length] : Arrays.copyOf(ownedBefore, length);
        tableShared = false;
    }

    private byte[] ownChunk(int index) {
        if (!owned[index]) {
            chunks[index] = chunks[index].clone();
            owned[index] = true;
        }
        return chunks[index];
    }
}
