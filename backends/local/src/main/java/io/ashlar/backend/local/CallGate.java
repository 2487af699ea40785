package io.ashlar.backend.local;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets calls through until the backend closes, and lets it close once they are through. Calls must not nest.
 *
 * <p>Its locks ignore interrupts, and keep the flag.
 */
final class CallGate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final String backend;
    private boolean closed;

    CallGate(String backend) {
        this.backend = backend;
    }

    /** Begins a call, which ends with {@link #leave}. */
    void enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw new IllegalStateException(backend + " is closed");
        }
    }

    void leave() {
        lock.readLock().unlock();
    }

    /** Waits for the calls under way, and turns later ones away; returns whether this was the first time. */
    boolean close() {
        lock.writeLock().lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
