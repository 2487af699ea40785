package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.StorageEngine;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.ExtentLayout;
import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemEntropy;
import io.ashlar.runtime.SystemThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.paramgen.ThreadIdGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts, retains, releases, lookups and collections by several threads have the results of some order of them, one after the
 * other. Lincheck makes the histories and looks for the order; the threads of the engine are those of production.
 *
 * <p>A thread gives back only references that it took, as the contract asks of users. Whoever gives back more may be told so
 * although another thread's retain, begun while there was a reference, will succeed afterwards: a retain is decided when it
 * begins and counts from its record on.
 *
 * <p>One engine serves all histories, each with contents of its own. Lincheck's model checking is out of reach: it wants to
 * run every thread itself and no I/O, while the engine hands records to threads of its own; what it would do is the business
 * of the simulator, which switches between the engine's steps.
 */
@Timeout(600)
class LinearizabilityTest {
    private static final int ITERATIONS = Integer.getInteger("ashlar.lincheck.iterations", 10);
    private static final int INVOCATIONS = Integer.getInteger("ashlar.lincheck.invocations", 50);

    @TempDir
    Path directory;

    @Test
    @DisabledForJreRange(min = JRE.JAVA_23, disabledReason = "Lincheck 2.39 reads classes of Java 22 at most")
    void shouldGiveResultsThatSomeOrderExplains() throws IOException {
        try (StorageEngine opened = StorageEngine.builder(directory)
                .settings(Stores.settings())
                .backend(Stores.memory())
                .seams(new UnforcedDisk(), new SystemClock(), new SystemThreads(), new SystemEntropy())
                .open()) {
            References.engine = opened;
            LinChecker.check(
                    References.class,
                    new StressOptions()
                            .iterations(ITERATIONS)
                            .invocationsPerIteration(INVOCATIONS)
                            .threads(3)
                            .actorsBefore(1)
                            .actorsPerThread(4)
                            .actorsAfter(2)
                            .sequentialSpecification(Model.class));
            assertThat(Stores.fsck(opened).findings()).isEmpty();
        } finally {
            References.engine = null;
        }
    }

    /** What a history does to the engine. */
    @Param(name = "content", gen = IntGen.class, conf = "0:1")
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static final class References {
        private static final AtomicLong HISTORIES = new AtomicLong();
        private static @Nullable StorageEngine engine;

        private final byte[][] contents = new byte[2][];
        private final ExtentId[] ids = new ExtentId[2];
        private final int[][] taken = new int[8][2];

        /** Begins with contents that nobody has put yet. */
        public References() {
            long history = HISTORIES.incrementAndGet();
            ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(64, 4096));
            for (int i = 0; i < contents.length; i++) {
                contents[i] = ByteBuffer.allocate(64).putLong(history).putInt(i).array();
                ids[i] = new ExtentEncoder()
                        .encode(
                                ExtentKind.DATA,
                                4096,
                                ByteBuffer.wrap(contents[i]),
                                ExtentId.Hash.XXH3_128,
                                image.clear());
            }
        }

        private static StorageEngine engine() {
            return Objects.requireNonNull(engine);
        }

        /** Puts; the result is whether the id is the expected one. */
        @Operation
        public boolean put(@Param(name = "thread") int thread, @Param(name = "content") int content) {
            taken[thread][content]++;
            return engine().extents().put(contents[content]).equals(ids[content]);
        }

        /** Takes a reference, if there is one. */
        @Operation
        public boolean retain(@Param(name = "thread") int thread, @Param(name = "content") int content) {
            try {
                engine().extents().retain(ids[content]);
                taken[thread][content]++;
                return true;
            } catch (ExtentNotFoundException e) {
                return false;
            }
        }

        /** Gives a reference back that this thread took, if it has one. */
        @Operation
        public boolean release(@Param(name = "thread") int thread, @Param(name = "content") int content) {
            if (taken[thread][content] == 0) {
                return false;
            }
            taken[thread][content]--;
            engine().extents().release(ids[content]);
            return true;
        }

        /** Whether the content is there, every byte of it. */
        @Operation
        public boolean read(@Param(name = "content") int content) {
            ByteBuffer target = ByteBuffer.allocate(64);
            try {
                engine().extents().get(ids[content], 0, target);
                return target.flip().equals(ByteBuffer.wrap(contents[content]));
            } catch (ExtentNotFoundException e) {
                return false;
            }
        }

        /** Collects what nothing refers to; changes nothing that the others see. */
        @Operation
        public void collect() {
            engine().collect(false, Stores.QUIET);
        }
    }

    /** What it should have done. */
    public static final class Model {
        private final int[] references = new int[2];
        private final int[][] taken = new int[8][2];

        /** As above. */
        public boolean put(int thread, int content) {
            taken[thread][content]++;
            references[content]++;
            return true;
        }

        /** As above. */
        public boolean retain(int thread, int content) {
            if (references[content] == 0) {
                return false;
            }
            taken[thread][content]++;
            references[content]++;
            return true;
        }

        /** As above. */
        public boolean release(int thread, int content) {
            if (taken[thread][content] == 0) {
                return false;
            }
            taken[thread][content]--;
            references[content]--;
            return true;
        }

        /** As above. */
        public boolean read(int content) {
            return references[content] > 0;
        }

        /** As above. */
        public void collect() {}
    }
}
