package io.ashlar.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Tries inputs, and sees that none of them makes a decoder take memory out of proportion. */
final class Watched {
    /** What decoders may take for the smallest input: windows, first reads, messages and traces of what they throw. */
    private static final long ALLOWED_BYTES = 4 << 20;

    private static final long ALLOWED_BYTES_PER_INPUT_BYTE = 1 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Watched() {}

    static boolean accepts(FuzzTarget target, byte[] input) throws IOException {
        long allowed = ALLOWED_BYTES + ALLOWED_BYTES_PER_INPUT_BYTE * input.length;
        // The first time classes may be loaded and instrumented, which takes more than any decoder should.
        for (boolean again = false; ; again = true) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean accepted = target.decoder().accepts(input);
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (taken <= allowed) {
                return accepted;
            }
            if (again) {
                throw new AssertionError(target.name() + " took " + taken + " bytes for an input of " + input.length);
            }
        }
    }
}
