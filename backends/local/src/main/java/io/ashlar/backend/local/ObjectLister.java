package io.ashlar.backend.local;

import io.ashlar.backend.local.PendingObjects.Pending;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.spi.ObjectNames;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lists objects in the order of their names: merges the buckets, each read in pages, and the pending objects.
 *
 * <p>Cost: names are spread over the buckets by hash, so every page of the listing asks each bucket for its part, and a disk
 * reads a whole directory to find a part of it in order. A page takes time in proportion to all objects (about a third of
 * a second for a million, however small the page), memory in proportion to the page. So ask for large pages.
 */
final class ObjectLister {
    private final Disk disk;
    private final FileLayout layout;
    private final PendingObjects pending;

    ObjectLister(Disk disk, FileLayout layout, PendingObjects pending) {
        this.disk = disk;
        this.layout = layout;
        this.pending = pending;
    }

    List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        // The pending ones first: an object that is committed meanwhile is then found twice rather than not at all.
        List<Source> sources = new ArrayList<>(FileLayout.FAN_OUT + 1);
        sources.add(new PendingSource(pending.all(), prefix, after));
        String start = ObjectNames.startAfter(prefix, after);
        // Twice the share that is to be expected, so that hardly any bucket has to be asked a second time.
        int pageSize = Math.min(limit, 8 + limit / (FileLayout.FAN_OUT / 2));
        for (int bucket : presentBuckets()) {
            sources.add(new BucketSource(bucket, prefix, start, pageSize));
        }
        return merge(sources, limit);
    }

    private static List<ObjectStat> merge(List<Source> sources, int limit) throws IOException {
        PriorityQueue<Source> byName = new PriorityQueue<>(Comparator.comparing(Source::name));
        for (Source source : sources) {
            if (source.advance()) {
                byName.add(source);
            }
        }
        List<ObjectStat> page = new ArrayList<>(Math.min(limit, 1024));
        while (page.size() < limit && !byName.isEmpty()) {
            Source source = byName.remove();
            ObjectStat next = source.current();
            if (page.isEmpty() || !page.get(page.size() - 1).name().equals(next.name())) {
                page.add(next);
            }
            if (source.advance()) {
                byName.add(source);
            }
        }
        return page;
    }

    private List<Integer> presentBuckets() throws IOException {
        List<Integer> buckets = new ArrayList<>(FileLayout.FAN_OUT);
        String after = "";
        while (true) {
            List<DirectoryEntry> entries;
            try {
                entries = disk.list(layout.objects(), after, FileLayout.FAN_OUT);
            } catch (NoSuchFileException e) {
                return buckets; // opened for reading only, and nothing was ever written
            }
            for (DirectoryEntry entry : entries) {
                int bucket = FileLayout.bucketNumber(entry.name());
                if (bucket >= 0 && entry.directory()) {
                    buckets.add(bucket);
                }
            }
            if (entries.size() < FileLayout.FAN_OUT) {
                return buckets;
            }
            after = entries.get(entries.size() - 1).name();
        }
    }

    /** A sorted run of objects, to be merged with others. */
    private abstract static class Source {
        private @Nullable ObjectStat current;

        /** Moves to the next object; false at the end. */
        final boolean advance() throws IOException {
            current = next();
            return current != null;
        }

        final ObjectStat current() {
            if (current == null) {
                throw new IllegalStateException("at the end");
            }
            return current;
        }

        final String name() {
            return current().name();
        }

        abstract @Nullable ObjectStat next() throws IOException;
    }

    private static final class PendingSource extends Source {
        private final List<ObjectStat> sorted = new ArrayList<>();
        private int nextIndex;

        PendingSource(Collection<Pending> pending, String prefix, String after) {
            for (Pending object : pending) {
                if (object.name.startsWith(prefix) && object.name.compareTo(after) > 0) {
                    sorted.add(new ObjectStat(object.name, object.sizeBytes, object.modifiedMillis));
                }
            }
            sorted.sort(Comparator.comparing(ObjectStat::name));
        }

        @Override
        @Nullable
        ObjectStat next() {
            return nextIndex < sorted.size() ? sorted.get(nextIndex++) : null;
        }
    }

    private final class BucketSource extends Source {
        private final int bucket;
        private final String prefix;
        private final int pageSize;
        private String after;
        private List<DirectoryEntry> page = List.of();
        private int nextIndex;
        private boolean lastPage;

        BucketSource(int bucket, String prefix, String after, int pageSize) {
            this.bucket = bucket;
            this.prefix = prefix;
            this.after = after;
            this.pageSize = pageSize;
        }

        @Override
        @Nullable
        ObjectStat next() throws IOException {
            while (true) {
                while (nextIndex < page.size()) {
                    DirectoryEntry entry = page.get(nextIndex++);
                    if (entry.directory() || !FileLayout.isObject(entry.name(), bucket)) {
                        continue; // somebody else's
                    }
                    if (entry.name().startsWith(prefix)) {
                        return new ObjectStat(entry.name(), entry.sizeBytes(), entry.modifiedMillis());
                    }
                    // The start is such that the first object that does not have the prefix is past those that have it.
                    page = List.of();
                    lastPage = true;
                    return null;
                }
                if (lastPage) {
                    return null;
                }
                page = disk.list(layout.bucket(bucket), after, pageSize);
                nextIndex = 0;
                lastPage = page.size() < pageSize;
                if (!page.isEmpty()) {
                    after = page.get(page.size() - 1).name();
                }
            }
        }
    }
}
