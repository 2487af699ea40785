package io.ashlar.drive;

import io.ashlar.drive.fanout.Caller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;

/** Puts shards that were made or fetched on drives that have none of their object, durably. Safe for use by many threads. */
final class ShardCopies {
    private final DriveCalls calls;
    private final ShardBuffers buffers;
    private final LongConsumer budget;

    /**
     * For a walk.
     *
     * @param budget told how many bytes are about to be written; waits if that is too fast
     */
    ShardCopies(DriveCalls calls, ShardBuffers buffers, LongConsumer budget) {
        this.calls = calls;
        this.buffers = buffers;
        this.budget = budget;
    }

    /** Gets a shard, whole, into a buffer. */
    interface Source {
        void fill(ByteBuffer target) throws IOException;
    }

    /**
     * Puts a shard on a drive, and notes with the object that it is there.
     *
     * @return its length in bytes
     * @throws IOException if it cannot be had, or is not durable there
     */
    int put(String object, OpenObject opened, int shard, Drive target, Source source) throws IOException {
        int length = opened.stripe().shardBytes(shard);
        ByteBuffer bytes = buffers.take(length);
        boolean ours = true;
        try {
            budget.accept(length);
            source.fill(bytes);
            String name = ShardNames.of(object, shard);
            calls.one(target, drive -> {
                // Whatever is there is not durable for certain, and a drive may keep either of two of one name.
                drive.delete(name);
                drive.put(name, bytes);
                drive.sync(List.of(name));
                return drive;
            });
            opened.placement(opened.placement().with(shard, target.number()));
            return length;
        } catch (Caller.NoAnswerException e) {
            ours = !e.isUnderWay();
            throw e;
        } finally {
            if (ours) {
                buffers.give(bytes);
            }
        }
    }
}
