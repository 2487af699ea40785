package io.ashlar.benchmarks;

import io.ashlar.erasure.PlainKernels;
import io.ashlar.erasure.Xxh3;
import io.ashlar.kernels.vector.VectorKernels;
import java.nio.ByteBuffer;
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

/** XXH3-128 of the library, and on vectors. As in {@link ErasureBenchmark}, the median of single calls is what to look at. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class HashBenchmark {
    /** How much is hashed. */
    @Param({"512", "4096", "2097152"})
    public int bytes;

    /** Whose kernels hash. */
    @Param({"plain", "vector"})
    public String kernels;

    /** Where it is: {@code heap} or {@code direct}. */
    @Param({"heap", "direct"})
    public String memory;

    private final long[] halves = new long[2];
    private ByteBuffer content;
    private Xxh3 hash;

    /** Makes content. */
    @Setup
    public void setUp() {
        content = memory.equals("heap") ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
        SplittableRandom random = new SplittableRandom(1);
        while (content.hasRemaining()) {
            content.putLong(random.nextLong());
        }
        content.clear();
        hash = (kernels.equals("vector") ? new VectorKernels() : PlainKernels.INSTANCE).newXxh3();
        WarmUp.until(bytes, () -> hash.hash128(content, 0, bytes, halves));
    }

    /**
     * Hashes.
     *
     * @return both halves
     */
    @Benchmark
    public long[] hash() {
        hash.hash128(content, 0, bytes, halves);
        return halves;
    }
}
