package io.ashlar.pipeline;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.Threads;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The payload ring: large extents, hashed by one group of threads and deduplicated and placed by the next, so that a slow
 * backend never stands before a small commit. Each slot owns the buffers of the extent in it; within a group the slots are
 * striped over the threads by their sequence.
 */
final class PayloadRing {
    /** One extent under way. Its buffers are made when they are first needed. */
    private static final class Slot {
        @Nullable
        PutTask task;

        @Nullable
        ByteBuffer plain;

        @Nullable
        ByteBuffer image;

        ByteBuffer plain(int bytes) {
            ByteBuffer present = plain;
            if (present == null) {
                present = ByteBuffer.allocateDirect(EngineSettings.MAX_EXTENT_BYTES);
                plain = present;
            }
            return present.clear().limit(bytes);
        }

        ByteBuffer image(int bytes) {
            ByteBuffer present = image;
            if (present == null || present.capacity() < bytes) {
                present = ByteBuffer.allocateDirect(
                        Math.max(bytes, ExtentLayout.maxImageBytes(EngineSettings.MAX_EXTENT_BYTES, 4096)));
                image = present;
            }
            return present.clear();
        }
    }

    private final BoundedRing<Slot, PutTask> ring;

    PayloadRing(
            PutStages stages,
            PutDriver driver,
            int slots,
            int hashers,
            int placers,
            long timeoutNanos,
            WaitStrategy waiting,
            Threads threads) {
        Disruptor<Slot> disruptor =
                new Disruptor<>(Slot::new, slots, threads.factory("ashlar-payload"), ProducerType.MULTI, waiting);
        Hasher[] hash = new Hasher[hashers];
        for (int i = 0; i < hashers; i++) {
            hash[i] = new Hasher(stages, i, hashers);
        }
        Placer[] place = new Placer[placers];
        for (int i = 0; i < placers; i++) {
            place[i] = new Placer(driver, i, placers);
        }
        disruptor.handleEventsWith(hash).then(place);
        ring = new BoundedRing<>(disruptor, PayloadRing::fill, threads, timeoutNanos, "payload");
    }

    /** Hashes and encodes every {@code of}-th slot. */
    private static final class Hasher implements EventHandler<Slot> {
        private final PutStages stages;
        private final int ordinal;
        private final int of;
        private final ExtentEncoder encoder = new ExtentEncoder();

        Hasher(PutStages stages, int ordinal, int of) {
            this.stages = stages;
            this.ordinal = ordinal;
            this.of = of;
        }

        @Override
        public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
            PutTask task = slot.task;
            if (task == null || sequence % of != ordinal) {
                return;
            }
            try {
                stages.encode(task, encoder, slot.image(task.maxImageBytes()));
            } catch (RuntimeException | Error e) {
                stages.fail(task, e);
            }
        }
    }

    /** Deduplicates and places every {@code of}-th slot. */
    private static final class Placer implements EventHandler<Slot> {
        private final PutDriver driver;
        private final int ordinal;
        private final int of;

        Placer(PutDriver driver, int ordinal, int of) {
            this.driver = driver;
            this.ordinal = ordinal;
            this.of = of;
        }

        @Override
        public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
            PutTask task = slot.task;
            if (task == null || sequence % of != ordinal) {
                return;
            }
            slot.task = null;
            if (!task.done.isDone()) {
                driver.afterEncoding(task);
            }
        }
    }

    /** Takes a task; waits for a slot if the ring is full, and gives up after the time-out. */
    void submit(PutTask task) {
        ring.submit(task);
    }

    private static void fill(Slot slot, long sequence, PutTask task) {
        if (task.durability != Durability.SYNC) {
            // The caller goes on and may change its buffer.
            task.detach(slot.plain(task.presentBytes()));
        }
        slot.task = task;
    }

    /** Places what was submitted, then ends the threads. Nobody submits any more. */
    void close(long closeTimeoutNanos) {
        ring.close(closeTimeoutNanos);
    }
}
