package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.PinExpiredException;
import io.ashlar.spi.Probe;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is reading, by epoch. The collector remembers the epoch at which it marked an extent and waits until nobody is left who
 * came in that epoch or before: everyone who could have seen the extent referred to.
 *
 * <p>Safe for use by many threads; every method is one short critical section of its own.
 */
public final class Pins {
    private final Object lock = new Object();
    private final long maxAgeNanos;
    private final Probe probe;

    /** How many pins of each epoch are held. */
    private final TreeMap<Long, Epoch> held = new TreeMap<>();

    private long epoch = 1;
    private int count;

    private static final class Epoch {
        final long since;
        int pins;

        Epoch(long since) {
            this.since = since;
        }
    }

    /**
     * Begins with no pins.
     *
     * @param maxAgeNanos how long a pin may be held before it no longer counts
     * @param probe watches
     */
    public Pins(long maxAgeNanos, Probe probe) {
        this.maxAgeNanos = maxAgeNanos;
        this.probe = probe;
    }

    /** A pin. Safe for use by many threads. */
    public final class Pin implements AutoCloseable {
        private final long epoch;
        private boolean open = true;

        private Pin(long epoch) {
            this.epoch = epoch;
        }

        /**
         * Checks that the pin still protects. To be called after reading and before the bytes are handed out.
         *
         * @throws PinExpiredException if it does not
         */
        public void check() {
            synchronized (lock) {
                if (!open || !held.containsKey(epoch)) {
                    throw new PinExpiredException(
                            open
                                    ? "the pin was held for more than the " + maxAgeNanos / 1_000_000
                                            + " ms that pinMaxMillis allows; take a new one"
                                    : "the pin is closed");
                }
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (open) {
                    open = false;
                    leave(epoch);
                }
            }
        }
    }

    /**
     * Takes a pin.
     *
     * @param now the time in nanoseconds
     * @return the pin
     */
    public Pin pin(long now) {
        synchronized (lock) {
            Epoch current = held.get(epoch);
            if (current != null && now - current.since > maxAgeNanos / 8) {
                // Whoever overstays is dropped by epoch: keep those of one epoch of about one age.
                epoch++;
                current = null;
            }
            if (current == null) {
                current = new Epoch(now);
                held.put(epoch, current);
            }
            current.pins++;
            count++;
            probe.pinned(epoch);
            return new Pin(epoch);
        }
    }

    private void leave(long pinned) {
        Epoch left = held.get(pinned);
        if (left != null) {
            count--;
            probe.unpinned(pinned);
            if (--left.pins == 0) {
                held.remove(pinned);
            }
        }
    }

    /**
     * Ends the epoch on behalf of a mark: whoever comes later is not among those that the returned number stands for.
     *
     * @param marked what is marked
     * @return the epoch that ended
     */
    long endEpoch(ExtentId marked) {
        synchronized (lock) {
            // Here, so that no reader comes between the mark and the telling of it.
            probe.marked(marked, epoch);
            return epoch++;
        }
    }

    /**
     * Tells whether everybody has left who came in an epoch or before.
     *
     * @param ended what {@link #endEpoch} returned
     * @return whether nobody is left
     */
    boolean drained(long ended) {
        synchronized (lock) {
            return held.isEmpty() || held.firstKey() > ended;
        }
    }

    /**
     * Drops pins that were held for too long; their holders find out when they read.
     *
     * @param now the time in nanoseconds
     * @return how many were dropped
     */
    public int expire(long now) {
        synchronized (lock) {
            int dropped = 0;
            while (!held.isEmpty()) {
                Map.Entry<Long, Epoch> oldest = held.firstEntry();
                if (now - oldest.getValue().since <= maxAgeNanos + maxAgeNanos / 8) {
                    break;
                }
                if (oldest.getKey() == epoch) {
                    epoch++;
                }
                held.remove(oldest.getKey());
                for (int i = 0; i < oldest.getValue().pins; i++) {
                    probe.unpinned(oldest.getKey());
                }
                dropped += oldest.getValue().pins;
                count -= oldest.getValue().pins;
            }
            return dropped;
        }
    }

    /**
     * Tells how many pins are held.
     *
     * @return the number
     */
    public int count() {
        synchronized (lock) {
            return count;
        }
    }
}
