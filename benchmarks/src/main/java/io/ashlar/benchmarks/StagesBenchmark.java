package io.ashlar.benchmarks;

import io.ashlar.ExtentId;
import io.ashlar.extent.ContentHasher;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
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

/** What a put does with the bytes before they go anywhere. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StagesBenchmark {
    /** Bytes of content. */
    @Param({"4096", "2097152"})
    public int bytes;

    private ByteBuffer plain;
    private ByteBuffer image;
    private ContentHasher hasher;
    private ExtentEncoder encoder;

    /** Makes content. */
    @Setup
    public void setUp() {
        plain = ByteBuffer.allocateDirect(bytes);
        SplittableRandom random = new SplittableRandom(1);
        while (plain.hasRemaining()) {
            plain.putLong(random.nextLong());
        }
        plain.clear();
        image = ByteBuffer.allocateDirect(ExtentLayout.maxImageBytes(bytes, 4096));
        hasher = new ContentHasher(ExtentId.Hash.XXH3_128);
        encoder = new ExtentEncoder();
    }

    /**
     * The identity.
     *
     * @return the id
     */
    @Benchmark
    public ExtentId hash() {
        return hasher.idOf(ExtentKind.DATA, 4096, plain);
    }

    /**
     * A checksum.
     *
     * @return the checksum
     */
    @Benchmark
    public int checksum() {
        return Crc32c.of(plain, 0, bytes);
    }

    /**
     * Identity, checksums of the pages, and the image.
     *
     * @return the id
     */
    @Benchmark
    public ExtentId encode() {
        return encoder.encode(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128, image.clear());
    }
}
