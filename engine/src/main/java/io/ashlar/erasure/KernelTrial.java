package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoop;
import io.ashlar.spi.Clock;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Runs kernels beside trusted ones on the same bytes until they are faster, or until it is clear that they will not be. This also
 * makes the compiler see them, without which vector code is a hundred times slower than the plain. What they gave is compared
 * after every run: compiled code is other code than what was interpreted a moment ago. Not thread-safe.
 */
final class KernelTrial {
    /** The shortest of so many runs counts: what interferes only adds. */
    private static final int TRUSTED_RUNS = 200;

    /** So often in a row must the other be faster. */
    private static final int WINS = 20;

    private static final int RUNS_MAX = 5_000;
    private static final long NANOS_MAX = 30_000_000_000L;

    /** Odd, and at an odd offset, so that the ends are tried too. */
    private static final int BYTES = (32 << 10) + 77;

    private static final int OFFSET = 3;
    private static final int INPUTS = 5;

    /** Loops are written for so many outputs at once, each number anew. */
    private static final int OUTPUTS_MAX = 4;

    private final Kernels trusted;
    private final Kernels tried;
    private final Clock clock;

    /**
     * What came out.
     *
     * @param equal whether the output was always that of the trusted
     * @param faster whether it was faster in the end, always
     * @param trustedNanos how long the trusted took in all, at their best
     * @param triedNanos how long the others took, at their best
     */
    record Result(boolean equal, boolean faster, long trustedNanos, long triedNanos) {
        Result and(Result other) {
            return new Result(
                    equal && other.equal,
                    faster && other.faster,
                    trustedNanos + other.trustedNanos,
                    triedNanos + other.triedNanos);
        }

        @Override
        public String toString() {
            if (!equal) {
                return "WRONG, not used";
            }
            String times =
                    String.format(Locale.ROOT, "%.1f times as fast", (double) trustedNanos / Math.max(1, triedNanos));
            return faster ? times : times + " at its best, not used";
        }
    }

    /** A piece of work, for both. */
    private interface Work {
        void trusted();

        void tried();

        boolean agrees();
    }

    KernelTrial(Kernels trusted, Kernels tried, Clock clock) {
        this.trusted = trusted;
        this.tried = tried;
        this.clock = clock;
    }

    /** Codes, with each number of outputs. */
    Result coding() {
        Result all = new Result(true, true, 0, 0);
        for (int outputs = 1; outputs <= OUTPUTS_MAX && all.equal && all.faster; outputs++) {
            all = all.and(run(new Coding(outputs)));
        }
        return all;
    }

    /** Hashes. */
    Result hashing() {
        return run(new Hashing());
    }

    private Result run(Work work) {
        long trustedNanos = Long.MAX_VALUE;
        for (int run = 0; run < TRUSTED_RUNS; run++) {
            long start = clock.nanoTime();
            work.trusted();
            trustedNanos = Math.min(trustedNanos, clock.nanoTime() - start);
        }
        long triedNanos = Long.MAX_VALUE;
        long begin = clock.nanoTime();
        int wins = 0;
        for (int run = 0; run < RUNS_MAX && wins < WINS && clock.nanoTime() - begin < NANOS_MAX; run++) {
            long start = clock.nanoTime();
            work.tried();
            long nanos = clock.nanoTime() - start;
            if (!work.agrees()) {
                return new Result(false, false, trustedNanos, nanos);
            }
            wins = nanos < trustedNanos ? wins + 1 : 0;
            triedNanos = Math.min(triedNanos, nanos);
        }
        return new Result(true, wins == WINS, trustedNanos, triedNanos);
    }

    private static byte[] noise(int seed) {
        byte[] bytes = new byte[OFFSET + BYTES];
        long state = seed;
        for (int i = 0; i < bytes.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (state >>> 56);
        }
        return bytes;
    }

    private final class Coding implements Work {
        private final CodingLoop trustedLoop = trusted.newCodingLoop();
        private final CodingLoop triedLoop = tried.newCodingLoop();
        private final int outputs;
        private final byte[][] rows;
        private final byte[][] inputs = new byte[INPUTS][];
        private final byte[][] expected;
        private final byte[][] actual;

        Coding(int outputs) {
            this.outputs = outputs;
            rows = new ReedSolomonCode(INPUTS, outputs).parityPlan().rows();
            Arrays.setAll(inputs, KernelTrial::noise);
            expected = new byte[outputs][OFFSET + BYTES];
            actual = new byte[outputs][OFFSET + BYTES];
        }

        @Override
        public void trusted() {
            trustedLoop.codeSomeShards(rows, inputs, INPUTS, expected, outputs, OFFSET, BYTES);
        }

        @Override
        public void tried() {
            triedLoop.codeSomeShards(rows, inputs, INPUTS, actual, outputs, OFFSET, BYTES);
        }

        @Override
        public boolean agrees() {
            boolean agrees = Arrays.deepEquals(expected, actual);
            for (byte[] shard : actual) {
                // So that a run that does nothing is noticed.
                Arrays.fill(shard, OFFSET, OFFSET + BYTES, (byte) 0);
            }
            return agrees;
        }
    }

    private final class Hashing implements Work {
        private final Xxh3 trustedHash = trusted.newXxh3();
        private final Xxh3 triedHash = tried.newXxh3();
        private final ByteBuffer bytes =
                ByteBuffer.allocateDirect(OFFSET + BYTES).put(noise(INPUTS));
        private final long[] expected = new long[2];
        private final long[] actual = new long[2];

        @Override
        public void trusted() {
            trustedHash.hash128(bytes, OFFSET, BYTES, expected);
        }

        @Override
        public void tried() {
            triedHash.hash128(bytes, OFFSET, BYTES, actual);
        }

        @Override
        public boolean agrees() {
            boolean agrees = Arrays.equals(expected, actual);
            Arrays.fill(actual, 0);
            return agrees;
        }
    }
}
