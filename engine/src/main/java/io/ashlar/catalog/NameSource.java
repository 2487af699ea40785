package io.ashlar.catalog;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives out physical names, none of them twice: the number of this life of the process, and a counter within it. Also knows
 * which objects are being stored just now, so that nobody takes them for orphans. Safe for use by many threads.
 */
public final class NameSource {
    private final int life;
    private final AtomicLong counter = new AtomicLong();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /**
     * Begins a life.
     *
     * @param life its number; greater than that of every life before
     */
    public NameSource(int life) {
        this.life = life;
    }

    /**
     * Tells which life this is.
     *
     * @return its number
     */
    public int life() {
        return life;
    }

    /**
     * Gives out a number.
     *
     * @return the next one, from 1 on
     */
    public long nextCounter() {
        return counter.incrementAndGet();
    }

    /**
     * Notes that an object is about to be stored. To be called before its bytes appear anywhere.
     *
     * @param objectName its name
     */
    public void begin(String objectName) {
        underWay.add(objectName);
    }

    /**
     * Notes that a record or a checkpoint names the object now, or that none ever will.
     *
     * @param objectName its name
     */
    public void end(String objectName) {
        underWay.remove(objectName);
    }

    /**
     * Tells whether an object is between {@link #begin} and {@link #end}.
     *
     * @param objectName its name
     * @return whether it is
     */
    public boolean isUnderWay(String objectName) {
        return underWay.contains(objectName);
    }
}
