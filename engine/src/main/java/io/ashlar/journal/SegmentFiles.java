package io.ashlar.journal;

import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a journal's directory: {@code %016x.seg} are segments, {@code spare-%016x.tmp} preallocated files that are no
 * segments yet, {@code filling-%016x.tmp} such as are not preallocated yet. Others are none of its business.
 */
final class SegmentFiles {
    /** More files than any settings allow: somebody else fills the directory. */
    private static final int FILES_MAX = 1 << 20;

    private static final int PAGE = 512;
    private static final int DIGITS = 16;
    private static final String SEGMENT_SUFFIX = ".seg";
    private static final String SPARE_PREFIX = "spare-";
    private static final String UNFINISHED_PREFIX = "filling-";
    private static final String SPARE_SUFFIX = ".tmp";

    final Disk disk;
    final Path directory;

    SegmentFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** What there is; segments in ascending order. */
    record Listing(List<Long> segments, List<Spare> spares, List<Long> unfinished) {}

    /** A file that may become a segment. */
    record Spare(long number, long sizeBytes) {}

    Path segment(long number) {
        return directory.resolve(hex(number) + SEGMENT_SUFFIX);
    }

    Path spare(long number) {
        return directory.resolve(SPARE_PREFIX + hex(number) + SPARE_SUFFIX);
    }

    /** Where a spare is filled, until it is durable. */
    Path unfinished(long number) {
        return directory.resolve(UNFINISHED_PREFIX + hex(number) + SPARE_SUFFIX);
    }

    Listing list() throws IOException {
        List<Long> segments = new ArrayList<>();
        List<Spare> spares = new ArrayList<>();
        List<Long> unfinished = new ArrayList<>();
        String after = "";
        while (true) {
            List<Disk.DirectoryEntry> page = disk.list(directory, after, PAGE);
            for (Disk.DirectoryEntry entry : page) {
                after = entry.name();
                long number = number(after, "", SEGMENT_SUFFIX);
                if (number > 0) {
                    segments.add(number);
                    continue;
                }
                number = number(after, SPARE_PREFIX, SPARE_SUFFIX);
                if (number > 0 && !entry.directory()) {
                    spares.add(new Spare(number, entry.sizeBytes()));
                    continue;
                }
                number = number(after, UNFINISHED_PREFIX, SPARE_SUFFIX);
                if (number > 0 && !entry.directory()) {
                    unfinished.add(number);
                }
            }
            if (page.size() < PAGE) {
                return new Listing(segments, spares, unfinished);
            }
            if (segments.size() + spares.size() + unfinished.size() > FILES_MAX) {
                throw new IOException("more than " + FILES_MAX + " journal files in " + directory);
            }
        }
    }

    /**
     * Reads the bytes of a header.
     *
     * @return whether the file was long enough
     */
    boolean readHeader(long segment, ByteBuffer target) throws IOException {
        target.clear().limit(SegmentLayout.HEADER_BYTES);
        try (DiskFile file = disk.open(segment(segment), Disk.Mode.READ)) {
            return file.read(target, 0) == SegmentLayout.HEADER_BYTES;
        }
    }

    private static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** The number in a name, or -1 if it is not of this form. Only lower-case digits count, so that names are unique. */
    private static long number(String name, String prefix, String suffix) {
        if (name.length() != prefix.length() + DIGITS + suffix.length()
                || !name.startsWith(prefix)
                || !name.endsWith(suffix)) {
            return -1;
        }
        long number = 0;
        for (int i = prefix.length(); i < prefix.length() + DIGITS; i++) {
            char c = name.charAt(i);
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
