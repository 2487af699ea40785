package io.ashlar.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.backblaze.erasure.CodingLoop;
import com.backblaze.erasure.InputOutputByteTableCodingLoop;
import com.backblaze.erasure.ReedSolomon;
import io.ashlar.erasure.Kernels;
import io.ashlar.erasure.PlainKernels;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** All loops write the same bytes, and none beside them. */
class CodingProperties {
    private static final Kernels[] KERNELS = {PlainKernels.INSTANCE, new VectorKernels()};

    private final CodingLoop reference = new InputOutputByteTableCodingLoop();

    @Property(tries = 400)
    void shouldEqualBackblazeWhateverTheCoefficients(
            @ForAll @IntRange(min = 1, max = 20) int inputs,
            @ForAll @IntRange(min = 1, max = 9) int outputs,
            @ForAll @IntRange(min = 0, max = 200) int offset,
            @ForAll @IntRange(min = 0, max = 6_000) int length,
            @ForAll long seed) {
        check(inputs, outputs, offset, length, new Random(seed));
    }

    /** Around every border of words, vectors and blocks. */
    @Test
    void shouldEqualBackblazeAtEveryLength() {
        Random random = new Random(3);
        for (int length = 0; length <= 700; length++) {
            check(3, 1 + length % 5, length % 67, length, random);
        }
        for (int around : new int[] {2_048, 4_096, 16_384, 1 << 20}) {
            for (int length = around - 3; length <= around + 3; length++) {
                check(4, 2, 1, length, random);
            }
        }
    }

    @Property(tries = 100)
    void shouldServeTheCodecOfBackblaze(
            @ForAll @IntRange(min = 1, max = 17) int data,
            @ForAll @IntRange(min = 1, max = 6) int parity,
            @ForAll @IntRange(min = 0, max = 3_000) int length,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[][] shards = noise(data + parity, length + 8, random);
        ReedSolomon.create(data, parity).encodeParity(shards, 5, length);
        for (Kernels kernels : KERNELS) {
            ReedSolomon codec = new ReedSolomon(data, parity, kernels.newCodingLoop());
            assertThat(codec.isParityCorrect(shards, 5, length)).isTrue();
            byte[][] damaged = copy(shards);
            boolean[] present = new boolean[data + parity];
            Arrays.fill(present, true);
            for (int lost = 0; lost < parity; lost++) {
                int shard = random.nextInt(data + parity);
                present[shard] = false;
                random.nextBytes(damaged[shard]);
                System.arraycopy(shards[shard], 0, damaged[shard], 0, 5);
                System.arraycopy(shards[shard], 5 + length, damaged[shard], 5 + length, 3);
            }
            codec.decodeMissing(damaged, present, 5, length);
            assertThat(damaged).as(kernels.name()).isDeepEqualTo(shards);
        }
    }

    private void check(int inputCount, int outputCount, int offset, int length, Random random) {
        byte[][] rows = noise(outputCount, inputCount, random);
        // Of all coefficients these two are the likeliest to have a way of their own.
        rows[0][0] = 0;
        rows[outputCount - 1][inputCount - 1] = 1;
        byte[][] inputs = noise(inputCount, offset + length + 3, random);
        byte[][] before = noise(outputCount, offset + length + 3, random);
        byte[][] expected = copy(before);
        reference.codeSomeShards(rows, inputs, inputCount, expected, outputCount, offset, length);
        for (Kernels kernels : KERNELS) {
            byte[][] actual = copy(before);
            kernels.newCodingLoop().codeSomeShards(rows, inputs, inputCount, actual, outputCount, offset, length);
            assertThat(Arrays.deepEquals(actual, expected))
                    .as("%s, %d to %d, %d bytes at %d", kernels.name(), inputCount, outputCount, length, offset)
                    .isTrue();
        }
    }

    private static byte[][] noise(int count, int length, Random random) {
        byte[][] shards = new byte[count][length];
        for (byte[] shard : shards) {
            random.nextBytes(shard);
        }
        return shards;
    }

    private static byte[][] copy(byte[][] shards) {
        return Arrays.stream(shards).map(byte[]::clone).toArray(byte[][]::new);
    }
}
