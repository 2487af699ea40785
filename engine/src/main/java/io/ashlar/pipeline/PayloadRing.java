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
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The payload ring: large extents, hashed by one group of threads and deduplicated and placed by the next, so that a slow
 * backend never stands before a small commit. Within a group the slots are striped over the threads by their sequence. A lone
 * writer goes through all slots, but always finds the same buffers, still warm.
 */
final class PayloadRing {
    /** One extent under way, and its buffers. */
    private static final class Slot {
        @Nullable
        PutTask task;

        @Nullable
        ByteBuffer plain;

        @Nullable
        ByteBuffer image;
    }

    private static final int PAGE_BYTES_MIN = 1 << ExtentLayout.PAGE_SIZE_LOG2_MIN;

    private final Reused<ByteBuffer> plains;
    private final Reused<ByteBuffer> images;
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
        // Any image of any page size fits.
        int imageBytes = ExtentLayout.maxImageBytes(EngineSettings.MAX_EXTENT_BYTES, PAGE_BYTES_MIN);
        plains = new Reused<>(slots, () -> ByteBuffer.allocateDirect(EngineSettings.MAX_EXTENT_BYTES));
        images = new Reused<>(slots, () -> ByteBuffer.allocateDirect(imageBytes));
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
        ring = new BoundedRing<>(disruptor, this::fill, threads, timeoutNanos, "payload");
    }

    /** Hashes and encodes every {@code of}-th slot. */
    private final class Hasher implements EventHandler<Slot> {
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
                ByteBuffer image = images.take();
                slot.image = image;
                stages.encode(task, encoder, image.duplicate().clear());
            } catch (IOException | RuntimeException | Error e) {
                stages.fail(task, e);
            }
        }
    }

    /** Deduplicates and places every {@code of}-th slot. */
    private final class Placer implements EventHandler<Slot> {
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
            // The bytes are in the backend by now, and the record names them.
            giveBack(slot);
        }
    }

    /** Takes a task; waits for a slot if the ring is full, and gives up after the time-out. */
    void submit(PutTask task) {
        ring.submit(task);
    }

    private void fill(Slot slot, long sequence, PutTask task) {
        if (task.durability != Durability.SYNC) {
            // The caller goes on and may change its buffer.
            ByteBuffer plain = plains.take();
            slot.plain = plain;
            task.detach(plain.duplicate().clear().limit(task.presentBytes()));
        }
        slot.task = task;
    }

    private void giveBack(Slot slot) {
        if (slot.plain != null) {
            plains.give(slot.plain);
            slot.plain = null;
        }
        if (slot.image != null) {
            images.give(slot.image);
            slot.image = null;
        }
    }

    /** Places what was submitted, then ends the threads. Nobody submits any more. */
    void close(long closeTimeoutNanos) {
        ring.close(closeTimeoutNanos);
    }
}
