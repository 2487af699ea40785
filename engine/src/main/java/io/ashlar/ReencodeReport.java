package io.ashlar;

/**
 * What a conversion of extents to what their policies say has done.
 *
 * @param complete whether it ran to its end
 * @param extents extents that were looked at
 * @param converted of them, those that are stored anew
 * @param bytesBefore how long the images of these were
 * @param bytesAfter how long they are
 * @param identityBound extents that stay as they are, since their ids would change: plain ones that should be encrypted, or the
 *     other way round
 * @param failed extents that could not be read, because of damage or of a key that is not known, or not be written; the log tells which
 */
public record ReencodeReport(
        boolean complete,
        long extents,
        long converted,
        long bytesBefore,
        long bytesAfter,
        long identityBound,
        long failed) {}
