package io.ashlar.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import com.backblaze.erasure.CodingLoop;
import com.backblaze.erasure.CodingLoopBase;
import io.ashlar.spi.Clock;
import org.junit.jupiter.api.Test;

class KernelTrialTest {
    /** Time passes only where the test says so, a little more for each who is slow. */
    private final StoppedClock clock = new StoppedClock();

    @Test
    void shouldChooseKernelsThatAreEqualAndFaster() {
        Kernels chosen = KernelSelection.choose(new Tried(1, 1, -1, -1), clock);

        assertThat(chosen.name()).isEqualTo("tried");
        assertThat(chosen.newCodingLoop()).isInstanceOf(TriedLoop.class);
        assertThat(chosen.newXxh3()).isNotInstanceOf(LibraryXxh3.class);
    }

    @Test
    void shouldChooseForEachKindOfWorkAlone() {
        Kernels codes = KernelSelection.choose(new Tried(1, 9_000_000, -1, -1), clock);
        Kernels hashes = KernelSelection.choose(new Tried(9_000_000, 1, -1, -1), clock);

        assertThat(codes.newCodingLoop()).isInstanceOf(TriedLoop.class);
        assertThat(codes.newXxh3()).isInstanceOf(LibraryXxh3.class);
        assertThat(hashes.newCodingLoop()).isInstanceOf(XorCodingLoop.class);
        assertThat(hashes.newXxh3()).isNotInstanceOf(LibraryXxh3.class);
    }

    @Test
    void shouldStayWithThePlainOnesIfOthersAreSlower() {
        assertThat(KernelSelection.choose(new Tried(9_000_000, 9_000_000, -1, -1), clock))
                .isSameAs(PlainKernels.INSTANCE);
    }

    /** A byte in the middle of the last run but ten is as wrong as one in the first: the compiler comes in between. */
    @Test
    void shouldRefuseKernelsThatAreWrongOnce() {
        assertThat(KernelSelection.choose(new Tried(1, 1, 15, -1), clock)).isSameAs(PlainKernels.INSTANCE);
        assertThat(KernelSelection.choose(new Tried(1, 1, -1, 15), clock)).isSameAs(PlainKernels.INSTANCE);
    }

    @Test
    void shouldEndThoughTimeDoesNotPass() {
        clock.trustedNanos = 0;

        assertThat(KernelSelection.choose(new Tried(0, 0, -1, -1), clock)).isSameAs(PlainKernels.INSTANCE);
    }

    private static final class StoppedClock implements Clock {
        private long now;
        private long trustedNanos = 1_000;
        private long pending = -1;

        @Override
        public long nanoTime() {
            // Each run is between two readings; one of the tried says how long it was.
            now += pending >= 0 ? pending : trustedNanos;
            pending = -1;
            return now;
        }

        @Override
        public long currentTimeMillis() {
            return 0;
        }
    }

    private final class Tried implements Kernels {
        private final long codingNanos;
        private final long hashingNanos;
        private final int wrongCoding;
        private final int wrongHash;

        Tried(long codingNanos, long hashingNanos, int wrongCoding, int wrongHash) {
            this.codingNanos = codingNanos;
            this.hashingNanos = hashingNanos;
            this.wrongCoding = wrongCoding;
            this.wrongHash = wrongHash;
        }

        @Override
        public String name() {
            return "tried";
        }

        @Override
        public CodingLoop newCodingLoop() {
            return new TriedLoop(this);
        }

        @Override
        public Xxh3 newXxh3() {
            LibraryXxh3 library = new LibraryXxh3();
            int[] run = {0};
            return (bytes, from, length, halves) -> {
                library.hash128(bytes, from, length, halves);
                clock.pending = hashingNanos;
                if (run[0]++ == wrongHash) {
                    halves[1]++;
                }
            };
        }
    }

    private final class TriedLoop extends CodingLoopBase {
        private final Tried kernels;
        private final CodingLoop loop = new XorCodingLoop();
        private int run;

        TriedLoop(Tried kernels) {
            this.kernels = kernels;
        }

        @Override
        public void codeSomeShards(
                byte[][] rows, byte[][] inputs, int inputCount, byte[][] outputs, int outputCount, int at, int bytes) {
            loop.codeSomeShards(rows, inputs, inputCount, outputs, outputCount, at, bytes);
            clock.pending = kernels.codingNanos;
            if (run++ == kernels.wrongCoding) {
                outputs[0][at + bytes / 2]++;
            }
        }
    }
}
