package io.ashlar.simulation;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the current thread holds a monitor. Asking the virtual machine takes long, but blocks are lexical: the same stack
 * holds the same ones, so each is asked about once. Locks of {@code java.util.concurrent} are not seen; the engine and the
 * {@code file:} backend hold none while they use a disk.
 */
final class HeldLocks {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final Map<Long, Boolean> KNOWN = new ConcurrentHashMap<>();

    boolean anyHeld() {
        long stack = WALKER.walk(frames -> frames.mapToLong(frame -> 31L
                                * (31L * frame.getClassName().hashCode()
                                        + frame.getMethodName().hashCode())
                        + frame.getByteCodeIndex())
                .reduce(1, (hash, frame) -> (hash ^ frame) * 0x9fb21c651e98df25L + 1));
        Boolean known = KNOWN.get(stack);
        if (known == null) {
            known = ask();
            KNOWN.put(stack, known);
        }
        return known;
    }

    private static boolean ask() {
        long[] me = {Thread.currentThread().getId()};
        ThreadInfo[] info = THREADS.getThreadInfo(me, true, false);
        LockInfo[] held = info[0].getLockedMonitors();
        return held.length > 0;
    }
}
