package io.ashlar.catalog.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over entries in strictly ascending, unsigned lexicographic order of their keys. Begins before the first one. For one
 * thread at a time.
 */
public interface EntryCursor {

    /**
     * Goes to the next entry.
     *
     * @return whether there is one
     * @throws io.ashlar.DamagedException if the bytes of the next entry are not what was written
     * @throws IOException if they cannot be read
     */
    boolean next() throws IOException;

    /**
     * Gives the key of the present entry.
     *
     * @return the key, which the cursor does not change any more and the caller must not change
     */
    byte[] key();

    /**
     * Gives the value of the present entry.
     *
     * @return the value, on the same terms as the key; null for a tombstone
     */
    byte @Nullable [] value();
}
