package io.ashlar.benchmarks;

import com.backblaze.erasure.ReedSolomon;
import io.ashlar.erasure.CodingPlan;
import io.ashlar.erasure.Kernels;
import io.ashlar.erasure.PlainKernels;
import io.ashlar.erasure.ReedSolomonCode;
import io.ashlar.erasure.ShardCoder;
import io.ashlar.kernels.vector.VectorKernels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Codes 2 MiB of data, split into {@code k} shards. The median of single calls is what to look at: most calls are shorter than
 * what a busy machine gives a process at a time, so that they are not interrupted.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class ErasureBenchmark {
    private static final int EXTENT_BYTES = 2 << 20;
    private static final int ALIGNMENT = 64;

    /** Shards of data and of parity. */
    @Param({"4+2", "6+3", "10+4", "17+3"})
    public String code;

    /** Who does it: the default loop of Backblaze, or kernels of ours. */
    @Param({"backblaze", "plain", "vector"})
    public String kernels;

    private Work work;

    /** One contender. */
    private interface Work {
        byte[][] encode();

        byte[][] decode();
    }

    /** Makes shards, and forgets as many as may be lost. */
    @Setup
    public void setUp() {
        int plus = code.indexOf('+');
        int dataShards = Integer.parseInt(code, 0, plus, 10);
        int parityShards = Integer.parseInt(code, plus + 1, code.length(), 10);
        int shardBytes = (EXTENT_BYTES / dataShards + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[][] shards = new byte[dataShards + parityShards][shardBytes];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < dataShards; i++) {
            ByteBuffer shard = ByteBuffer.wrap(shards[i]);
            while (shard.hasRemaining()) {
                shard.putLong(random.nextLong());
            }
        }
        work = switch (kernels) {
            case "backblaze" -> new Backblaze(shards, dataShards, parityShards);
            case "plain" -> new Ashlar(shards, new ReedSolomonCode(dataShards, parityShards), PlainKernels.INSTANCE);
            case "vector" -> new Ashlar(shards, new ReedSolomonCode(dataShards, parityShards), new VectorKernels());
            case "plain-direct" ->
                new Direct(shards, new ReedSolomonCode(dataShards, parityShards), PlainKernels.INSTANCE);
            case "vector-direct" ->
                new Direct(shards, new ReedSolomonCode(dataShards, parityShards), new VectorKernels());
            default -> throw new IllegalArgumentException(kernels);
        };
        WarmUp.until(EXTENT_BYTES, work::encode);
        WarmUp.until(EXTENT_BYTES, work::decode);
    }

    /**
     * Parity of data.
     *
     * @return so that it is not left out
     */
    @Benchmark
    public Object encode() {
        return work.encode();
    }

    /**
     * The first shards of data from all others: as many as may be lost.
     *
     * @return so that it is not left out
     */
    @Benchmark
    public Object decode() {
        return work.decode();
    }

    /** Inverts a matrix whenever it decodes. */
    private static final class Backblaze implements Work {
        private final byte[][] shards;
        private final ReedSolomon codec;
        private final boolean[] present;

        Backblaze(byte[][] shards, int dataShards, int parityShards) {
            this.shards = shards;
            codec = ReedSolomon.create(dataShards, parityShards);
            present = new boolean[shards.length];
            Arrays.fill(present, parityShards, present.length, true);
        }

        @Override
        public byte[][] encode() {
            codec.encodeParity(shards, 0, shards[0].length);
            return shards;
        }

        @Override
        public byte[][] decode() {
            codec.decodeMissing(shards, present, 0, shards[0].length);
            return shards;
        }
    }

    private static int[] numbers(int from, int to) {
        int[] numbers = new int[to - from];
        Arrays.setAll(numbers, i -> from + i);
        return numbers;
    }

    private static CodingPlan firstFromOthers(ReedSolomonCode code) {
        return code.rebuildPlan(numbers(code.parityShards(), code.shards()), numbers(0, code.parityShards()));
    }

    /** On arrays. */
    private static final class Ashlar implements Work {
        private final ShardCoder coder;
        private final ReedSolomonCode code;
        private final byte[][] data;
        private final byte[][] parity;
        private final byte[][] lost;
        private final byte[][] left;

        Ashlar(byte[][] shards, ReedSolomonCode code, Kernels kernels) {
            this.code = code;
            coder = new ShardCoder(kernels);
            data = Arrays.copyOf(shards, code.dataShards());
            parity = Arrays.copyOfRange(shards, code.dataShards(), shards.length);
            lost = Arrays.copyOf(shards, code.parityShards());
            left = Arrays.copyOfRange(shards, code.parityShards(), shards.length);
        }

        @Override
        public byte[][] encode() {
            coder.code(code.parityPlan(), data, parity, 0, data[0].length);
            return parity;
        }

        @Override
        public byte[][] decode() {
            coder.code(firstFromOthers(code), left, lost, 0, data[0].length);
            return lost;
        }
    }

    /** On direct buffers, as the engine has them. */
    private static final class Direct implements Work {
        private static final byte[][] NOTHING = {};

        private final ShardCoder coder;
        private final ReedSolomonCode code;
        private final ByteBuffer[] data;
        private final ByteBuffer[] parity;
        private final ByteBuffer[] lost;
        private final ByteBuffer[] left;

        Direct(byte[][] shards, ReedSolomonCode code, Kernels kernels) {
            this.code = code;
            coder = new ShardCoder(kernels);
            ByteBuffer[] buffers = new ByteBuffer[shards.length];
            for (int i = 0; i < shards.length; i++) {
                buffers[i] = ByteBuffer.allocateDirect(shards[i].length)
                        .put(shards[i])
                        .flip();
            }
            data = Arrays.copyOf(buffers, code.dataShards());
            parity = Arrays.copyOfRange(buffers, code.dataShards(), shards.length);
            lost = Arrays.copyOf(buffers, code.parityShards());
            left = Arrays.copyOfRange(buffers, code.parityShards(), shards.length);
        }

        @Override
        public byte[][] encode() {
            coder.code(code.parityPlan(), data, parity);
            return NOTHING;
        }

        @Override
        public byte[][] decode() {
            coder.code(firstFromOthers(code), left, lost);
            return NOTHING;
        }
    }
}
