package io.ashlar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.runtime.SystemDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedDirectoryTest {
    @TempDir
    Path root;

    private HookedDisk disk;
    private ForcedDirectory directory;

    @BeforeEach
    void open() {
        disk = new HookedDisk(new SystemDisk(), root);
        directory = new ForcedDirectory(disk, root);
    }

    @Test
    void shouldForceForEachWhoComesAlone() throws IOException {
        assertThat(directory.wasForced()).isFalse();
        directory.force(directory.failures());
        directory.force(directory.failures());
        assertThat(disk.log).hasSize(2);
        assertThat(directory.wasForced()).isTrue();
    }

    /** Those who come while one is under way cannot share that one, as it may have begun before their changes, but the next. */
    @Test
    void shouldForceOnceForAllWhoWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger failed = new AtomicInteger();
        disk.hook = what -> {
            begun.countDown();
            awaitUnchecked(go);
        };
        Thread first = forces(failed);
        awaitUnchecked(begun);
        List<Thread> others = Stream.generate(() -> forces(failed)).limit(3).toList();
        for (Thread other : others) {
            while (other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        }
        go.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertThat(disk.log).hasSize(2);
        assertThat(failed).hasValue(0);
    }

    @Test
    void shouldFailForAllWhoseChangeCameBeforeAFailure() throws IOException {
        long before = directory.failures();
        disk.hook = what -> {
            throw new IOException("injected");
        };
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> directory.force(directory.failures()));
        disk.hook = what -> {};
        assertThat(directory.wasForced()).isFalse();
        long after = directory.failures();
        directory.force(after);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> directory.force(before))
                .withMessageContaining(root.toString())
                .withStackTraceContaining("injected");
        directory.force(after);
    }

    private Thread forces(AtomicInteger failed) {
        Thread thread = new Thread(() -> {
            try {
                directory.force(directory.failures());
            } catch (IOException | UncheckedIOException e) {
                failed.incrementAndGet();
            }
        });
        thread.start();
        return thread;
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
