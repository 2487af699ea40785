package io.ashlar.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.erasure.KernelProvider;
import io.ashlar.erasure.KernelSelection;
import io.ashlar.erasure.PlainKernels;
import io.ashlar.runtime.SystemClock;
import io.ashlar.spi.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

class WithoutFlagTest {
    @Test
    void shouldSayWhichFlagIsMissing() {
        KernelProvider provider =
                ServiceLoader.load(KernelProvider.class).findFirst().orElseThrow();

        assertThatThrownBy(provider::open)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("--add-modules jdk.incubator.vector");
    }

    /** Once in the life of a process: another test may have opened a store before this one. */
    @Test
    void shouldStayWithPlainJavaStartNoThreadAndSayNoMoreThanOneLine() {
        Lines lines = new Lines();
        Logger logger = Logger.getLogger(KernelSelection.class.getName());
        logger.addHandler(lines);
        try {
            KernelSelection.begin(new SystemClock(), new NoThreads());
            KernelSelection.begin(new SystemClock(), new NoThreads());
        } finally {
            logger.removeHandler(lines);
        }

        assertThat(KernelSelection.current()).isSameAs(PlainKernels.INSTANCE);
        assertThat(lines.seen)
                .hasSizeLessThanOrEqualTo(1)
                .allSatisfy(line -> assertThat(line).contains("--add-modules jdk.incubator.vector"));
    }

    private static final class Lines extends Handler {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            seen.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static final class NoThreads implements Threads {
        @Override
        public Worker start(String name, Runnable body) {
            throw new AssertionError("nothing is there to be tried");
        }

        @Override
        public ThreadFactory factory(String prefix) {
            throw new AssertionError("nothing is there to be tried");
        }

        @Override
        public boolean await(BooleanSupplier done, long timeoutNanos) {
            throw new AssertionError("nothing is there to be tried");
        }
    }
}
