package io.ashlar;

/**
 * What the catalog knows about an extent.
 *
 * @param id its id
 * @param lengthBytes its logical length
 * @param storedBytes what it takes where it is stored
 * @param references how many references there are: puts and retains not given back, names, objects it is part of; a
 *     release counts once it is durable
 * @param home where its bytes are
 */
public record ExtentInfo(ExtentId id, int lengthBytes, int storedBytes, long references, Home home) {

    /** Where the bytes of an extent are. */
    public enum Home {
        /** In the journal, on its way into a pack. */
        JOURNAL,
        /** Together with other small extents in a pack. */
        PACK,
        /** In an object of its own. */
        OBJECT
    }
}
