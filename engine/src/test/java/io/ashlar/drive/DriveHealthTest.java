package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.spi.Clock;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DriveHealthTest {
    private static final class StoppedClock implements Clock {
        long millis;

        @Override
        public long nanoTime() {
            return millis * 1_000_000;
        }

        @Override
        public long currentTimeMillis() {
            return millis;
        }
    }

    private final StoppedClock clock = new StoppedClock();
    private final DriveHealth health = new DriveHealth(new HealthSettings(2, 4, 100, 350), clock);
    private final IOException cause = new IOException("no answer");

    @Test
    void shouldLoseTrustWithErrorsInARow() {
        health.failed(cause);
        health.succeeded();
        health.failed(cause);
        assertThat(health.condition()).isEqualTo(DriveState.ONLINE);
        health.failed(cause);
        assertThat(health.condition()).isEqualTo(DriveState.SUSPECT);
        health.failed(cause);
        health.failed(cause);
        assertThat(health.condition()).isEqualTo(DriveState.OFFLINE);
        assertThat(health.errors()).isEqualTo(5);
        assertThat(health.lastError()).isSameAs(cause);
    }

    @Test
    void shouldNotTakeASlowDriveOffline() {
        for (int i = 0; i < 100; i++) {
            health.slow(cause);
        }
        assertThat(health.condition()).isEqualTo(DriveState.SUSPECT);
    }

    @Test
    void shouldNotGetTrustBackByACallThatSucceeds() {
        health.forceFailed(cause);
        assertThat(health.condition()).isEqualTo(DriveState.SUSPECT);
        health.succeeded();
        assertThat(health.condition()).isEqualTo(DriveState.SUSPECT);
        health.probeSucceeded();
        assertThat(health.condition()).isEqualTo(DriveState.ONLINE);
        assertThat(health.lastError()).isNull();
    }

    @Test
    void shouldBeTriedAgainLessAndLessOften() {
        assertThat(health.isProbeDue()).isFalse();
        health.gone(cause);
        StringBuilder times = new StringBuilder();
        for (clock.millis = 0; clock.millis < 1_500; clock.millis += 10) {
            if (health.isProbeDue()) {
                times.append(clock.millis).append(' ');
                health.probeFailed(cause);
            }
        }
        assertThat(times).hasToString("100 300 650 1000 1350 ");
        health.probeSucceeded();
        assertThat(health.isProbeDue()).isFalse();
    }

    @Test
    void shouldAskAFullDriveAgain() {
        health.foundFull();
        assertThat(health.condition()).isEqualTo(DriveState.ONLINE);
        assertThat(health.isFull()).isTrue();
        clock.millis = 100;
        assertThat(health.isProbeDue()).isTrue();
        health.probeSucceeded();
        assertThat(health.isFull()).isFalse();
    }

    @Test
    void shouldTellHowLongThingsTookLately() {
        LatencyHistogram reads = health.reads();
        assertThat(reads.percentileNanos(0.9)).isZero();
        for (int i = 1; i <= 1_000; i++) {
            reads.add(i * 1_000L);
        }
        assertThat(reads.percentileNanos(0.5)).isBetween(500_000L, 570_000L);
        assertThat(reads.percentileNanos(0.95)).isBetween(950_000L, 1_070_000L);
        assertThat(reads.percentileNanos(1)).isBetween(1_000_000L, 1_130_000L);
        for (int i = 0; i < 40_000; i++) {
            reads.add(7);
        }
        assertThat(reads.percentileNanos(0.99)).isEqualTo(7);
        assertThat(reads.samples()).isLessThan(4_096);
        reads.add(Long.MAX_VALUE);
        reads.add(-1);
        assertThat(reads.percentileNanos(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(reads.percentileNanos(0)).isNotNegative();
    }
}
