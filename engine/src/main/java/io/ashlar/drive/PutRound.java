package io.ashlar.drive;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An object between put and sync: which drive was asked to take which shard, and which have. Its buffers go back once nobody reads
 * them any more, which for a drive that hangs may be long after the put is over. Safe for use by many threads.
 */
final class PutRound {
    private final String object;
    private final int quorum;
    private final ShardBuffers pool;
    private final @Nullable ByteBuffer[] shards;

    // Guarded by this.
    private final int[] drives;
    private final boolean[] written;
    private int users = 1;
    private boolean cancelled;

    PutRound(String object, ByteBuffer[] shards, int quorum, ShardBuffers pool) {
        this.object = object;
        this.shards = shards;
        this.quorum = quorum;
        this.pool = pool;
        drives = new int[shards.length];
        written = new boolean[shards.length];
    }

    String object() {
        return object;
    }

    /** How many shards must be durable before the object is. */
    int quorum() {
        return quorum;
    }

    int shards() {
        return drives.length;
    }

    /** Notes that a drive is about to be asked, and hands out what it is to take. To be given back by {@link #release}. */
    synchronized ByteBuffer send(int shard, int drive) {
        ByteBuffer bytes = shards[shard];
        if (bytes == null) {
            throw new IllegalStateException("the put of " + object + " is over");
        }
        drives[shard] = drive;
        users++;
        return bytes.duplicate();
    }

    /**
     * A drive has taken a shard, in time or not.
     *
     * @return whether anybody wants it; if not, whoever put it deletes it
     */
    synchronized boolean wrote(int shard, int drive) {
        if (!cancelled && drives[shard] == drive) {
            written[shard] = true;
        }
        return !cancelled;
    }

    /** The object is deleted: what drives take from now on is not wanted. */
    synchronized void cancel() {
        cancelled = true;
    }

    /**
     * One who read the buffers less: the put itself, or a call that it made.
     *
     * @return whether it was the last
     */
    synchronized boolean release() {
        users--;
        if (users == 0) {
            for (int i = 0; i < shards.length; i++) {
                ByteBuffer buffer = shards[i];
                if (buffer != null) {
                    pool.give(buffer);
                }
            }
            Arrays.fill(shards, null);
        }
        return users == 0;
    }

    synchronized boolean isWritten(int shard) {
        return written[shard];
    }

    /** The drive that was asked last; {@link Placement#OWED} if none was. */
    synchronized int drive(int shard) {
        return drives[shard];
    }

    synchronized boolean uses(int drive) {
        return Arrays.stream(drives).anyMatch(each -> each == drive);
    }

    synchronized int writtenCount() {
        int count = 0;
        for (boolean each : written) {
            count += each ? 1 : 0;
        }
        return count;
    }
}
