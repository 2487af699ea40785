package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The seams other than the disk: time, threads, randomness. */
class SimulatedWorldTest {
    private final SimulatedClock clock = new SimulatedClock(1_000);

    @Test
    void shouldMoveTheClockOnlyWhenTold() {
        assertThat(clock.nanoTime()).isZero();
        assertThat(clock.currentTimeMillis()).isEqualTo(1_000);
        clock.advanceNanos(2_500_000);
        assertThat(clock.nanoTime()).isEqualTo(2_500_000);
        assertThat(clock.currentTimeMillis()).isEqualTo(1_002);
        clock.jumpWallMillis(-502);
        assertThat(clock.currentTimeMillis()).isEqualTo(500);
        assertThat(clock.nanoTime()).isEqualTo(2_500_000);
        assertThatThrownBy(() -> clock.advanceNanos(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRepeatEntropyForTheSameSeed() {
        SimulatedEntropy one = new SimulatedEntropy(1);
        SimulatedEntropy same = new SimulatedEntropy(1);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            long drawn = one.nextLong();
            assertThat(drawn).isEqualTo(same.nextLong());
            seen.add(drawn);
        }
        assertThat(seen).hasSize(1_000);
        assertThat(new SimulatedEntropy(2).nextLong()).isNotIn(seen);
    }

    @Test
    void shouldStepUntilDone() {
        int[] steps = {0};
        SimulatedThreads threads = new SimulatedThreads(clock, () -> steps[0]++);
        assertThat(threads.await(() -> steps[0] == 3, TimeUnit.SECONDS.toNanos(1)))
                .isTrue();
        assertThat(steps[0]).isEqualTo(3);
        assertThat(threads.await(() -> false, 0)).isFalse();
        assertThat(threads.await(() -> true, 0)).isTrue();
        assertThat(steps[0]).isEqualTo(3);
    }

    @Test
    void shouldPassTheTimeOfAWaitInVain() {
        int[] steps = {0};
        SimulatedThreads threads = new SimulatedThreads(clock, () -> steps[0]++);
        assertThat(threads.await(() -> false, TimeUnit.SECONDS.toNanos(10))).isFalse();
        assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(10));
        assertThat(steps[0]).isBetween(100, 1_000);
        assertThat(threads.await(() -> false, Long.MAX_VALUE)).isFalse();
        assertThat(steps[0]).isLessThan(2_000);
    }

    @Test
    void shouldRefuseWaitsThatWaitForEachOther() {
        SimulatedThreads[] threads = {null};
        threads[0] = new SimulatedThreads(clock, () -> threads[0].await(() -> false, 1_000_000));
        assertThatThrownBy(() -> threads[0].await(() -> false, 1_000_000)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldWriteDownThreadsInsteadOfRunningThem() {
        List<String> ran = new ArrayList<>();
        SimulatedThreads threads = new SimulatedThreads(clock, () -> {});
        io.ashlar.spi.Threads.Worker worker = threads.start("sweeper", () -> ran.add("sweeper"));
        worker.wake();
        assertThat(ran).isEmpty();
        assertThat(worker.join(1_000)).isFalse();
        SimulatedThreads.SimulatedWorker started = threads.started().get(0);
        assertThat(started.name()).isEqualTo("sweeper");
        assertThat(started.wakes()).isEqualTo(1);
        started.run();
        assertThat(ran).containsExactly("sweeper");
        assertThat(worker.join(0)).isTrue();
        assertThatThrownBy(started::run).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> threads.factory("x")).isInstanceOf(UnsupportedOperationException.class);
    }
}
