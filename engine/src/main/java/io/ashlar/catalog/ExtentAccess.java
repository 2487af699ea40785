package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.extent.BackendSource;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.PackSlice;
import io.ashlar.extent.Unsealer;
import io.ashlar.journal.JournalPosition;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens extents wherever they are: in the journal, in a pack, in an object of their own. Safe for use by many threads.
 *
 * <p>An extent may move while it is read: out of the journal into a pack, from one pack to another. What was read then fails
 * its checksum or is not there any more, and {@link #read} looks again; only what fails twice at the same place is damage.
 */
public final class ExtentAccess {
    /** How often an extent may move under one reader before that is taken for a fault of ours. */
    private static final int MOVES_MAX = 16;

    private static final int CACHED_READERS = 512;

    /** Reads from the journal. */
    @FunctionalInterface
    public interface JournalBytes {
        /**
         * Fills a buffer.
         *
         * @param position from where
         * @param target filled to its limit
         * @throws IOException if it cannot be
         */
        void read(JournalPosition position, ByteBuffer target) throws IOException;
    }

    /**
     * Does something with an extent; may be called again if it threw.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Use<T> {
        /**
         * Reads.
         *
         * @param reader the extent
         * @param entry what the catalog says of it
         * @return what was asked for
         * @throws IOException if it cannot be read
         */
        T with(ExtentReader reader, ExtentEntry entry) throws IOException;
    }

    /** Looks an extent up. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Looks.
         *
         * @param id which one
         * @return its entry, if there is one
         * @throws IOException if that cannot be found out
         */
        @Nullable
        ExtentEntry find(ExtentId id) throws IOException;
    }

    private final ExtentBackend backend;
    private final JournalBytes journal;
    private final Finder finder;
    private final Unsealer unsealer;

    /** Directories of objects that were read lately; guarded by itself. */
    private final Map<String, ExtentReader> readers = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * Makes the access.
     *
     * @param backend where objects are
     * @param journal where extents are before they are packed
     * @param finder finds an entry whatever its count
     * @param unsealer opens what is compressed or encrypted
     */
    public ExtentAccess(ExtentBackend backend, JournalBytes journal, Finder finder, Unsealer unsealer) {
        this.backend = backend;
        this.journal = journal;
        this.finder = finder;
        this.unsealer = unsealer;
    }

    /**
     * Reads an extent.
     *
     * @param id which one
     * @param finder says where it is; asked again if it has moved
     * @param use what to do with it
     * @param <T> what it gives
     * @return what {@code use} returned; null if the finder knows of no such extent
     * @throws DamagedException if its bytes are wrong or gone
     * @throws IOException if it cannot be read
     */
    public <T> @Nullable T read(ExtentId id, Finder finder, Use<T> use) throws IOException {
        return find(id, finder, entry -> use.with(open(id, entry), entry));
    }

    /** Does something with an extent where an entry says that it is. */
    private interface Attempt<T> {
        T at(ExtentEntry entry) throws IOException;
    }

    private <T> @Nullable T find(ExtentId id, Finder finder, Attempt<T> attempt) throws IOException {
        ExtentEntry entry = finder.find(id);
        for (int moves = 0; entry != null; moves++) {
            try {
                return attempt.at(entry);
            } catch (DamagedException | ObjectNotFoundException | NoSuchFileException | EOFException e) {
                forget(id, entry);
                ExtentEntry now = finder.find(id);
                if (now != null && (isSamePlace(entry, now) || moves == MOVES_MAX)) {
                    throw e instanceof DamagedException damaged ? named(id, entry, damaged) : missing(id, entry, e);
                }
                entry = now;
            }
        }
        return null;
    }

    /**
     * Reads the image of an extent as it is stored, and checks it against its checksums. Takes neither codecs nor keys.
     *
     * @param id which one
     * @return its image; null if there is no such extent
     * @throws DamagedException if its bytes are wrong or gone
     * @throws IOException if it cannot be read
     */
    @Nullable
    ByteBuffer image(ExtentId id) throws IOException {
        return find(id, finder, entry -> {
            ExtentSource source = source(id, entry);
            ByteBuffer image = ByteBuffer.allocate(entry.storedBytes());
            source.read(0, image);
            if (image.hasRemaining()) {
                throw new DamagedException("extent " + id + " ends early");
            }
            image.flip();
            ExtentReader.verifyStored(ExtentSource.of(image, source.describe()), entry.storedBytes(), id);
            return image;
        });
    }

    private static boolean isSamePlace(ExtentEntry before, ExtentEntry now) {
        return before.life() == now.life()
                && before.counter() == now.counter()
                && before.home().equals(now.home());
    }

    /** Names the extent that was asked for, where the damage is in the pack around it. */
    private static DamagedException named(ExtentId id, ExtentEntry entry, DamagedException damage) {
        return entry.home() instanceof Home.InPack
                ? new DamagedException("extent " + id + " in a pack cannot be read: " + damage.getMessage(), damage)
                : damage;
    }

    private static DamagedException missing(ExtentId id, ExtentEntry entry, Exception cause) {
        return new DamagedException(
                "extent " + id + " of " + entry.plainBytes() + " bytes is not where the catalog says: "
                        + cause.getMessage()
                        + "; putting the same bytes again repairs it, fsck shows what else is lost",
                cause);
    }

    /** Lets go of what is kept in memory: what is read from now on is what is stored. */
    void forgetAll() {
        synchronized (readers) {
            readers.clear();
        }
    }

    private void forget(ExtentId id, ExtentEntry entry) {
        synchronized (readers) {
            readers.remove(entry.objectName(id));
            if (entry.home() instanceof Home.InPack) {
                // Which object its pack was is not known here any more; packs are few.
                readers.clear();
            }
        }
    }

    /**
     * Opens an extent where an entry says.
     *
     * @param id which one
     * @param entry where it is
     * @return a reader
     * @throws DamagedException if header or directory are wrong
     * @throws IOException if it cannot be read
     */
    public ExtentReader open(ExtentId id, ExtentEntry entry) throws IOException {
        if (entry.isLost()) {
            throw new DamagedException(
                    "extent " + id + " is lost: something refers to it, but it was not found when the catalog was"
                            + " rebuilt; putting the same bytes again repairs it");
        }
        if (entry.home() instanceof Home.OwnObject) {
            return openObject(id, entry);
        }
        return ExtentReader.open(source(id, entry), entry.storedBytes(), id, unsealer);
    }

    /**
     * Gives an extent's image where an entry says.
     *
     * @param id which one
     * @param entry where it is
     * @return its bytes, unverified
     * @throws IOException if it cannot be found
     */
    public ExtentSource source(ExtentId id, ExtentEntry entry) throws IOException {
        if (entry.home() instanceof Home.InJournal inJournal) {
            return new JournalSource(inJournal.image(), entry.storedBytes());
        }
        if (entry.home() instanceof Home.InPack inPack) {
            ExtentEntry pack = finder.find(inPack.pack());
            if (pack == null) {
                throw new ObjectNotFoundException("the catalog", "for pack " + inPack.pack());
            }
            return new PackSlice(openObject(inPack.pack(), pack), inPack.offset(), entry.storedBytes());
        }
        return new BackendSource(backend, entry.objectName(id));
    }

    private ExtentReader openObject(ExtentId id, ExtentEntry entry) throws IOException {
        String name = entry.objectName(id);
        ExtentReader reader;
        synchronized (readers) {
            reader = readers.get(name);
        }
        if (reader == null) {
            reader = ExtentReader.open(new BackendSource(backend, name), entry.storedBytes(), id, unsealer);
            synchronized (readers) {
                readers.put(name, reader);
                if (readers.size() > CACHED_READERS) {
                    readers.remove(readers.keySet().iterator().next());
                }
            }
        }
        return reader;
    }

    /** An image in a record of the journal. */
    private final class JournalSource implements ExtentSource {
        private final JournalPosition start;
        private final int length;

        JournalSource(JournalPosition start, int length) {
            this.start = start;
            this.length = length;
        }

        @Override
        public int read(long offset, ByteBuffer target) throws IOException {
            int count = (int) Math.max(0, Math.min(target.remaining(), length - offset));
            if (count == 0) {
                return 0;
            }
            ByteBuffer part = target.duplicate();
            part.limit(part.position() + count);
            journal.read(new JournalPosition(start.segment(), start.offset() + offset), part);
            target.position(target.position() + count);
            return count;
        }

        @Override
        public String describe() {
            return "segment " + start.segment() + " of the journal, offset " + start.offset();
        }
    }
}
