package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.util.Arrays;

/**
 * Where the columns of an image lie: runs of whole pages, or of whole blocks. A page belongs to the column in whose share of
 * the bytes its middle lies: {@code middle * k / total}. So a column is longer than its share by less than a page, and pages of
 * one size are spread as evenly as they can be.
 *
 * <p>Filled once for each image; not thread-safe while that is done.
 */
final class Columns {
    private final int[] starts;
    private int count;
    private int longest;

    /** Makes room for up to so many columns. */
    Columns(int countMax) {
        starts = new int[countMax + 1];
    }

    /** Divides an extent. */
    void divide(int columns, PackedMetadata metadata) {
        int total = metadata.bodyBytes();
        begin(columns, metadata.metadataBytes());
        int column = 0;
        int start = 0;
        for (int page = 0; page < metadata.presentPages(); page++) {
            int length = metadata.storedBytes(page);
            column = advance(column, start, length, total);
            start += length;
        }
        end(column, start);
    }

    /** Divides any bytes. */
    void divide(int columns, int imageBytes) {
        begin(columns, 0);
        int column = 0;
        for (int start = 0; start < imageBytes; start += ShardLayout.BLOCK_BYTES) {
            int length = Math.min(ShardLayout.BLOCK_BYTES, imageBytes - start);
            column = advance(column, start, length, imageBytes);
        }
        end(column, imageBytes);
    }

    private void begin(int columns, int bodyOffset) {
        assert columns < starts.length : columns;
        count = columns;
        starts[0] = bodyOffset;
    }

    /** Goes on to the column of what begins at {@code start} of the body. At most 2^22 times 2^5: no overflow. */
    private int advance(int column, int start, int length, int total) {
        int own = (start + length / 2) * count / total;
        Arrays.fill(starts, column + 1, own + 1, starts[0] + start);
        return own;
    }

    private void end(int column, int bodyBytes) {
        Arrays.fill(starts, column + 1, count + 1, starts[0] + bodyBytes);
        longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, bytes(i));
        }
    }

    /** Where a column begins in the image; for the number of columns, where the image ends. */
    int start(int column) {
        return starts[column];
    }

    int bytes(int column) {
        return starts[column + 1] - starts[column];
    }

    /** The length of the longest. */
    int longestBytes() {
        return longest;
    }
}
