package io.ashlar.benchmarks;

/**
 * Warms up by what comes out rather than by the clock: on a busy machine the compiler may take many seconds over vector code, and
 * until then the code is so slow that the usual iterations end first.
 */
final class WarmUp {
    private static final int CALLS_MIN = 50;
    private static final int FAST_CALLS = 100;
    private static final long NANOS_MAX = 30_000_000_000L;

    /** 0.25 GB/s and more is compiled code, whoever made it; 20 µs are the price of a call. */
    private static final double NANOS_PER_BYTE = 4;

    private static final long NANOS_PER_CALL = 20_000;

    private WarmUp() {}

    /** Calls until a number of calls were those of compiled code, all told, or half a minute is over. */
    static void until(int bytesPerCall, Runnable call) {
        long fast = (long) (bytesPerCall * NANOS_PER_BYTE) + NANOS_PER_CALL;
        long begin = System.nanoTime();
        int fastCalls = 0;
        for (int calls = 0; calls < CALLS_MIN || fastCalls < FAST_CALLS; calls++) {
            long start = System.nanoTime();
            if (start - begin > NANOS_MAX) {
                return;
            }
            call.run();
            fastCalls += System.nanoTime() - start < fast ? 1 : 0;
        }
    }
}
