package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.LockHeldException;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Holds an implementation of {@link ExtentBackend} to what the interface promises, one test for each obligation. A subclass
 * says how to {@link #open} it and what it is good for; JUnit does the rest.
 *
 * <p>Not for use by many threads, although most tests use many.
 */
public abstract class ExtentBackendContract extends ObjectsContract {
    /** For subclasses. */
    protected ExtentBackendContract() {}

    @Test
    final void shouldReadAsynchronously() throws IOException {
        backend.put("a", random(6, 4000));
        ByteBuffer target = ByteBuffer.allocate(1000);
        CompletableFuture<Integer> read = backend.readAsync("a", 3500, target, Runnable::run);
        assertThat(read.join()).isEqualTo(500);
        assertThat(target.flip()).isEqualTo(random(6, 4000).slice(3500, 500));
        CompletableFuture<Integer> missing = backend.readAsync("b", 0, ByteBuffer.allocate(1), Runnable::run);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(missing::join)
                .withCauseInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    final void shouldServeManyThreadsAtOnce() throws Exception {
        backend.put("shared", random(9, 20_000));
        Crowd.run(8, member -> {
            SplittableRandom random = new SplittableRandom(member);
            List<String> mine = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                int choice = random.nextInt(10);
                if (choice < 4 || mine.isEmpty()) {
                    String name = "m" + member + "-" + step;
                    backend.put(name, random(step, step * 10));
                    mine.add(name);
                } else if (choice < 5) {
                    String name = mine.remove(random.nextInt(mine.size()));
                    assertThat(backend.delete(name)).isTrue();
                    assertThat(backend.stat(name)).isEmpty();
                } else if (choice < 6) {
                    List<String> some = new ArrayList<>(mine);
                    some.add("shared");
                    backend.sync(some);
                } else if (choice < 7) {
                    backend.put("shared", random(9, 20_000));
                } else {
                    String name = mine.get(random.nextInt(mine.size()));
                    int step1 = Integer.parseInt(name.substring(name.indexOf('-') + 1));
                    assertThat(read(name)).isEqualTo(random(step1, step1 * 10));
                    assertThat(read("shared")).isEqualTo(random(9, 20_000));
                }
            }
            backend.sync(mine);
            assertThat(listAll("m" + member + "-", 30)).containsExactlyElementsOf(new TreeSet<>(mine));
        });
    }

    @Test
    final void shouldNotMindThreadsThatArriveInterrupted() throws Exception {
        backend.put("old", random(1, 9000));
        backend.sync(List.of("old"));
        read("old");
        Crowd.run(4, member -> {
            String name = "i-" + member;
            Thread self = Thread.currentThread();
            self.interrupt();
            backend.put(name, random(member, 5000));
            assertStillInterrupted("put");
            assertThat(backend.putIfAbsent(name + "x", random(member, 5000))).isTrue();
            assertStillInterrupted("putIfAbsent");
            assertThat(read("old")).isEqualTo(random(1, 9000));
            assertStillInterrupted("read");
            backend.sync(List.of(name, name + "x"));
            assertStillInterrupted("sync");
            assertThat(read(name)).isEqualTo(random(member, 5000));
            assertThat(backend.stat(name)).isPresent();
            assertThat(backend.list(name, "", 5)).hasSize(2);
            assertThat(backend.delete(name)).isTrue();
            assertStillInterrupted("delete");
        });
        assertThat(read("old")).isEqualTo(random(1, 9000));
    }

    @Test
    final void shouldNotMindThreadsThatAreInterruptedMeanwhile() throws Exception {
        backend.put("shared", random(1, 100_000));
        backend.sync(List.of("shared"));
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch ready = new CountDownLatch(3);
        Thread[] victims = new Thread[2];
        boolean[] dumb = new boolean[1];
        Crowd.run(4, member -> {
            if (member == 3) {
                ready.await();
                Random random = new Random(5);
                for (int shot = 0; shot < 1000 && !over.get(); shot++) {
                    Thread victim;
                    synchronized (victims) {
                        victim = victims[shot & 1];
                    }
                    if (victim != null) {
                        victim.interrupt();
                    }
                    for (int pause = random.nextInt(20_000); pause > 0; pause--) {
                        Thread.onSpinWait();
                    }
                }
                over.set(true);
            } else if (member == 2) {
                ready.countDown();
                do {
                    assertThat(read("shared")).isEqualTo(random(1, 100_000));
                } while (!over.get());
            } else {
                synchronized (victims) {
                    victims[member] = Thread.currentThread();
                }
                ready.countDown();
                int step = 0;
                boolean seen = false;
                do {
                    String name = "v" + member + "-" + step++;
                    backend.put(name, random(step, 3000));
                    assertThat(read("shared")).isEqualTo(random(1, 100_000));
                    backend.sync(List.of(name));
                    assertThat(read(name)).isEqualTo(random(step, 3000));
                    seen |= Thread.interrupted();
                    assertThat(backend.delete(name)).isTrue();
                } while (!over.get());
                seen |= Thread.interrupted();
                synchronized (victims) {
                    victims[member] = null;
                    dumb[0] |= !seen;
                }
            }
        });
        assertThat(dumb[0]).as("an interrupt was swallowed").isFalse();
        assertThat(read("shared")).isEqualTo(random(1, 100_000));
    }

    @Test
    final void shouldFindWhatWasSyncedWhenOpenedAgain() throws IOException {
        assumeThat(survivesReopen()).as("survives").isTrue();
        List<String> names = IntStream.range(0, 40).mapToObj(n -> "d-" + n).collect(Collectors.toList());
        for (String name : names) {
            backend.put(name, random(name.hashCode(), 2500));
        }
        backend.sync(names);
        backend.put("d-0", random("d-0".hashCode(), 2500));
        backend.close();
        backend = open();
        for (String name : names) {
            assertThat(read(name)).isEqualTo(random(name.hashCode(), 2500));
        }
        assertThat(listAll("", 7)).containsExactlyElementsOf(new TreeSet<>(names));
        backend.sync(names);
        backend.delete("d-0");
        backend.put("d-new", bytes("x"));
        backend.sync(List.of("d-new"));
        backend.close();
        backend = open();
        assertThat(read("d-new")).isEqualTo(bytes("x"));
        assertThat(read("d-1")).isEqualTo(random("d-1".hashCode(), 2500));
    }

    @Test
    final void shouldRefuseWorkWhenClosed() throws IOException {
        backend.put("a", bytes("x"));
        backend.close();
        backend.close();
        assertThatIllegalStateException().isThrownBy(() -> backend.put("b", bytes("x")));
        assertThatIllegalStateException().isThrownBy(() -> backend.putIfAbsent("b", bytes("x")));
        assertThatIllegalStateException().isThrownBy(() -> backend.read("a", 0, ByteBuffer.allocate(1)));
        assertThatIllegalStateException().isThrownBy(() -> backend.stat("a"));
        assertThatIllegalStateException().isThrownBy(() -> backend.delete("a"));
        assertThatIllegalStateException().isThrownBy(() -> backend.list("", "", 1));
        assertThatIllegalStateException().isThrownBy(() -> backend.sync(List.of("a")));
    }

    @Test
    final void shouldWaitForCallsUnderWayWhenClosing() throws Exception {
        backend.put("a", random(2, 50_000));
        CountDownLatch running = new CountDownLatch(3);
        Crowd.run(4, member -> {
            if (member == 0) {
                running.await();
                backend.close();
                return;
            }
            boolean first = true;
            while (true) {
                ByteBuffer target = ByteBuffer.allocate(50_000);
                try {
                    assertThat(backend.read("a", 0, target)).isEqualTo(50_000);
                } catch (IllegalStateException e) {
                    assertThat(first).as("closed before it was").isFalse();
                    return;
                }
                assertThat(target.flip()).isEqualTo(random(2, 50_000));
                if (first) {
                    first = false;
                    running.countDown();
                }
            }
        });
    }

    @Test
    final void shouldRefuseASecondOpener() throws IOException {
        assumeThat(locksOutOthers()).as("locks").isTrue();
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.holder()).isNotEmpty());
        // The refusal must not have cost us the lock.
        assertThatExceptionOfType(LockHeldException.class).isThrownBy(this::open);
        backend.close();
        backend = open();
    }

    @Test
    final void shouldNotChangeItsCapabilities() {
        assertThat(backend.capabilities()).isEqualTo(backend.capabilities());
        assertThat(backend.capabilities().maxObjectBytes()).isPositive();
        assertThat(backend.capabilities().maxWritesPerSecond()).isPositive();
    }
}
