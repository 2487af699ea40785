package io.ashlar.drive;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where the shards of those objects are whose names do not tell: some shards are owed, or elsewhere than the epoch of the
 * name says. The catalog does, by records of the journal. Safe for use by many threads.
 */
public interface PlacementLog {
    /** Remembers nothing: for reading before the catalog is there. Whatever is not where it should be is looked for. */
    PlacementLog NONE = new PlacementLog() {
        @Override
        public boolean remembers(String object) {
            return false;
        }

        @Override
        public @Nullable Placement find(String object) {
            return null;
        }

        @Override
        public void record(String object, @Nullable Placement placement) {
            throw new IllegalStateException("nothing can be recorded before the catalog is open");
        }

        @Override
        public List<Entry> list(String after, int limit) {
            return List.of();
        }

        @Override
        public void force() {
            // Nothing was recorded.
        }
    };

    /**
     * What is remembered of an object.
     *
     * @param object its name
     * @param placement where its shards are
     */
    record Entry(String object, Placement placement) {}

    /**
     * Tells whether anything is remembered of an object. Of what the catalog is made of nothing is: it is found by its name, or by
     * asking every drive.
     *
     * @param object its name
     * @return whether {@link #record} has an effect
     */
    boolean remembers(String object);

    /**
     * Looks an object up.
     *
     * @param object its name
     * @return where its shards are; null if its name tells
     * @throws IOException if that could not be found out
     */
    @Nullable
    Placement find(String object) throws IOException;

    /**
     * Notes where an object's shards are. Comes into force, and becomes durable, before every record that is submitted after this
     * has returned.
     *
     * @param object its name
     * @param placement where its shards are; null if its name tells, or it is deleted
     * @throws IOException if it cannot be noted; nothing has changed
     */
    void record(String object, @Nullable Placement placement) throws IOException;

    /**
     * Lists what is remembered, a page at a time.
     *
     * @param after only objects behind this one; the empty string for all
     * @param limit how many at most; positive
     * @return the page, in an order that does not change; an empty one only at the end
     * @throws IOException if that could not be found out
     */
    List<Entry> list(String after, int limit) throws IOException;

    /**
     * Makes durable what was recorded. To be called before anything is deleted that a placement said before.
     *
     * @throws IOException if that failed or took too long; nothing may be deleted
     */
    void force() throws IOException;
}
