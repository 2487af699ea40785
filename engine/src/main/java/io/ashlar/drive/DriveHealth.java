package io.ashlar.drive;

import io.ashlar.spi.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a drive does, from what came of calls to it. A drive that has lost trust gets it back by a probe only: that it answers a call
 * now and then says little. Safe for use by many threads.
 */
final class DriveHealth {
    private final HealthSettings settings;
    private final Clock clock;
    private final LatencyHistogram reads = new LatencyHistogram();

    // Guarded by this.
    private DriveState condition = DriveState.ONLINE;
    private @Nullable Throwable lastError;
    private int errorsInARow;
    private long errors;
    private boolean full;
    private boolean wiped;
    private long offlineSinceNanos;
    private long probeAtNanos;
    private long probeInMillis;

    DriveHealth(HealthSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        probeInMillis = settings.probeMillis();
    }

    /** {@link DriveState#ONLINE}, {@link DriveState#SUSPECT} or {@link DriveState#OFFLINE}. */
    synchronized DriveState condition() {
        return condition;
    }

    /** Whether it said that it has no room, and has not been found to have some since. */
    synchronized boolean isFull() {
        return full;
    }

    /** Whether it is online, and not full. */
    synchronized boolean isWell() {
        return condition == DriveState.ONLINE && !full;
    }

    synchronized long errors() {
        return errors;
    }

    /** What went wrong last; null if nothing has, or all has been well since a probe. */
    synchronized @Nullable Throwable lastError() {
        return lastError;
    }

    LatencyHistogram reads() {
        return reads;
    }

    synchronized void succeeded() {
        errorsInARow = 0;
    }

    synchronized void failed(Throwable cause) {
        count(cause);
        if (errorsInARow >= settings.offlineAfterErrors()) {
            become(DriveState.OFFLINE);
        } else if (errorsInARow >= settings.suspectAfterErrors() && condition == DriveState.ONLINE) {
            become(DriveState.SUSPECT);
        }
    }

    /** Others had long answered when it had not. That makes it suspect in the end, but not offline: it may only be busy. */
    synchronized void slow(Throwable cause) {
        count(cause);
        if (errorsInARow >= settings.suspectAfterErrors() && condition == DriveState.ONLINE) {
            become(DriveState.SUSPECT);
        }
    }

    /** What was put since the last good force may be lost, although it can be read now. */
    synchronized void forceFailed(Throwable cause) {
        count(cause);
        if (condition == DriveState.ONLINE) {
            become(DriveState.SUSPECT);
        }
    }

    /** It cannot be opened, or what is there is another drive. */
    synchronized void gone(Throwable cause) {
        count(cause);
        become(DriveState.OFFLINE);
    }

    /** It answers, and has nothing of what it had. */
    synchronized void wiped(Throwable cause) {
        gone(cause);
        wiped = true;
    }

    /** Whether what it held is lost, or as good as: it was wiped, or has been away for longer than this. */
    synchronized boolean isGivenUp(long afterNanos) {
        return condition == DriveState.OFFLINE && (wiped || clock.nanoTime() - offlineSinceNanos >= afterNanos);
    }

    synchronized void foundFull() {
        if (!full) {
            full = true;
            probeLater();
        }
    }

    private void count(Throwable cause) {
        errors++;
        errorsInARow++;
        lastError = cause;
    }

    private void become(DriveState worse) {
        if (condition != worse) {
            condition = worse;
            offlineSinceNanos = clock.nanoTime();
            probeInMillis = settings.probeMillis();
            probeLater();
        }
    }

    private void probeLater() {
        probeAtNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(probeInMillis);
    }

    /** Whether it is time to find out if it is well again. Whoever gets {@code true} does so, and says what came of it. */
    synchronized boolean isProbeDue() {
        if ((condition == DriveState.ONLINE && !full) || clock.nanoTime() - probeAtNanos < 0) {
            return false;
        }
        probeInMillis = Math.min(2 * probeInMillis, settings.probeMaxMillis());
        // Not due again before that, whatever becomes of who asked.
        probeLater();
        return true;
    }

    synchronized void probeSucceeded() {
        condition = DriveState.ONLINE;
        full = false;
        wiped = false;
        errorsInARow = 0;
        lastError = null;
        probeInMillis = settings.probeMillis();
    }

    synchronized void probeFailed(Throwable cause) {
        count(cause);
        if (errorsInARow >= settings.offlineAfterErrors()) {
            become(DriveState.OFFLINE);
        }
    }
}
