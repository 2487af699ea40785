package io.ashlar.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.ashlar.erasure.PlainKernels;
import io.ashlar.erasure.Xxh3;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.openhft.hashing.LongTupleHashFunction;
import org.junit.jupiter.api.Test;

/** All hashes are those of the library, of its own way to read arrays. */
class HashProperties {
    private static final int LARGE_BYTES = (2 << 20) + 4_096;

    private final byte[] content = new byte[LARGE_BYTES];
    private final ByteBuffer heap = ByteBuffer.wrap(content);
    private final ByteBuffer[] buffers;
    private final Xxh3[] hashes = {PlainKernels.INSTANCE.newXxh3(), new VectorKernels().newXxh3()};

    HashProperties() {
        new Random(11).nextBytes(content);
        ByteBuffer direct = ByteBuffer.allocateDirect(LARGE_BYTES).put(content).clear();
        buffers = new ByteBuffer[] {heap, direct, heap.asReadOnlyBuffer()};
    }

    @Test
    void shouldEqualTheLibraryAtEveryLength() {
        for (int length = 0; length <= 4_096; length++) {
            check(length % 13, length);
        }
    }

    @Test
    void shouldEqualTheLibraryAroundChunksAndWholeExtents() {
        for (int around : new int[] {16_384, 32_768, 65_536, 1 << 20, 2 << 20}) {
            for (int length = around - 65; length <= around + 65; length++) {
                check(3, length);
            }
        }
    }

    @Property(tries = 200)
    void shouldEqualTheLibraryAnywhere(
            @ForAll @IntRange(max = 4_096) int from, @ForAll @IntRange(max = 300_000) int length) {
        check(from, length);
    }

    /** Neither the position nor the offset of an array within another is overlooked. */
    @Test
    void shouldCountFromTheBeginningOfTheBuffer() {
        ByteBuffer slice = heap.slice(100, 5_000).position(77);
        long[] halves = new long[2];

        hashes[1].hash128(slice, 10, 4_000, halves);

        assertThat(halves).isEqualTo(expected(110, 4_000));
        assertThat(slice.position()).isEqualTo(77);
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        for (Xxh3 hash : hashes) {
            long[] halves = new long[2];
            for (int length : new int[] {5, 100, 240, 241, 2_000}) {
                ByteBuffer limited = heap.duplicate().limit(length);
                assertThatThrownBy(() -> hash.hash128(limited, 1, length, halves))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> hash.hash128(limited, -1, length, halves))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> hash.hash128(limited, 0, length, new long[1]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> hash.hash128(heap, 0, -1, halves)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(halves).containsOnly(0);
        }
    }

    private void check(int from, int length) {
        long[] expected = expected(from, length);
        for (Xxh3 hash : hashes) {
            for (ByteBuffer buffer : buffers) {
                long[] actual = new long[2];
                hash.hash128(buffer, from, length, actual);
                if (!Arrays.equals(actual, expected)) {
                    fail("%s: %d bytes at %d of %s", hash, length, from, buffer);
                }
            }
        }
    }

    private long[] expected(int from, int length) {
        LongTupleHashFunction library = LongTupleHashFunction.xx128();
        long[] halves = library.newResultArray();
        library.hashBytes(content, from, length, halves);
        return halves;
    }
}
