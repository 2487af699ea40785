package io.ashlar;

import java.util.Optional;
import java.util.SortedMap;

/**
 * What extents are stored as: which policies there are, and what becomes of extents when one changes. Safe for use by many threads.
 *
 * <p>A policy has a name: {@code ""} is the store's own, which is always there; the others have names of up to 8 parts with a slash
 * between them, {@value #NAME_BYTES_MAX} bytes of UTF-8 in all. There are at most {@value #POLICIES_MAX}.
 *
 * <p>Changes are durable when a method returns.
 */
public interface StorePolicies {
    /** How many policies there are at most. */
    int POLICIES_MAX = 256;

    /** The longest name, in bytes of UTF-8. */
    int NAME_BYTES_MAX = 128;

    /**
     * Lists the policies.
     *
     * @return what each of them says itself, by name
     * @throws StorageException if the catalog cannot be read
     */
    SortedMap<String, StoragePolicy> list();

    /**
     * Looks a policy up.
     *
     * @param name its name
     * @return what it says itself; empty if there is none
     * @throws StorageException if the catalog cannot be read
     */
    default Optional<StoragePolicy> get(String name) {
        return Optional.ofNullable(list().get(name));
    }

    /**
     * Tells what a policy comes to, with all that it inherits.
     *
     * @param name its name
     * @return what is in force; what nobody says is null, as for {@link StoragePolicy}
     * @throws PolicyNotFoundException if there is none of that name
     * @throws StorageException if the catalog cannot be read
     */
    StoragePolicy effective(String name);

    /**
     * Makes a policy, or changes one, and with it all that inherit from it. It applies to extents that are put from now on; {@link
     * #reencode} converts those that are there.
     *
     * @param name its name
     * @param policy what it says
     * @throws IllegalArgumentException if the name is none, the codec is not on the class path, there are no drives for the
     *     redundancy, or no keys for the encryption; nothing has changed
     * @throws StorageException if there are too many policies, or the change could not be stored
     */
    void set(String name, StoragePolicy policy);

    /**
     * Removes a policy. Its extents stay what they are, and {@link #reencode} converts them to what it inherited from.
     *
     * @param name its name, not empty
     * @return whether there was one
     * @throws IllegalArgumentException if it is the store's own
     * @throws StorageException if the change could not be stored
     */
    boolean remove(String name);

    /**
     * Converts extents that are stored as no policy says any more to what the policy says now that they were put under; and those
     * that are encrypted under another key than the current one to that. Ids, references and names stay, reading and writing go on. An
     * extent whose attributes another policy still has stays as it is. Runs on the caller's thread; ended early, it goes on where it
     * was when it is called again, for what is converted needs it no more.
     *
     * <p>Over drives, an extent is converted only if all of its new shards become durable: the copy that it replaces may have all of its
     * own. What cannot be, for a drive that is away or full, stays as it is and is counted as failed.
     *
     * <p>What was plain cannot become encrypted, nor the other way round: an id is a hash of the content, and of one that is encrypted
     * a keyed one. Such extents are counted; put them anew under the policy, and release the old ones.
     *
     * @param maxBytesPerSecond how fast to read at most; {@link Long#MAX_VALUE} for no limit
     * @param listener is told how far it has come, and may end it
     * @return what was done
     * @throws StorageException if it could not go on; what was converted is
     */
    ReencodeReport reencode(long maxBytesPerSecond, ProgressListener listener);
}
