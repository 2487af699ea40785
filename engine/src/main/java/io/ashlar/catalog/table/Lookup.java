package io.ashlar.catalog.table;

import org.jspecify.annotations.Nullable;

/** What a table knows of a key: a value, that it was deleted, or nothing. Immutable, apart from the bytes it hands out. */
public final class Lookup {
    /** The table knows nothing of the key: an older one may. */
    public static final Lookup ABSENT = new Lookup(null);

    /** The key was deleted: what older tables say of it is out of date. */
    public static final Lookup TOMBSTONE = new Lookup(null);

    private final byte @Nullable [] value;

    private Lookup(byte @Nullable [] value) {
        this.value = value;
    }

    static Lookup of(byte[] value) {
        return new Lookup(value);
    }

    /**
     * Tells whether the search goes on in older tables.
     *
     * @return whether this is {@link #ABSENT}
     */
    public boolean isAbsent() {
        return this == ABSENT;
    }

    /**
     * Tells whether the key was deleted.
     *
     * @return whether this is {@link #TOMBSTONE}
     */
    public boolean isTombstone() {
        return this == TOMBSTONE;
    }

    /**
     * Gives the value.
     *
     * @return the value; null if absent or deleted
     */
    public byte @Nullable [] value() {
        return value;
    }

    @Override
    public String toString() {
        return value == null ? (isTombstone() ? "tombstone" : "absent") : value.length + " bytes";
    }
}
