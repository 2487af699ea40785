package io.ashlar;

import io.ashlar.runtime.EngineAssembly;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.Probe;
import io.ashlar.spi.Threads;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store: files in one directory, opened by one process at a time.
 *
 * <pre>{@code
 * try (StorageEngine engine = StorageEngine.open(Path.of("data"))) {
 *     ExtentId id = engine.extents().put(bytes);
 *     byte[] back = engine.extents().get(id);
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public interface StorageEngine extends AutoCloseable {

    /**
     * Opens the store in a directory with default settings, or creates it.
     *
     * @param directory where its files are
     * @return the open store
     * @throws StorageException as for {@link Builder#open}
     */
    static StorageEngine open(Path directory) {
        return builder(directory).open();
    }

    /**
     * Begins to describe how a store is to be opened.
     *
     * @param directory where its files are
     * @return a builder
     */
    static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /**
     * The extents of the store.
     *
     * @return always the same object
     */
    ExtentStore extents();

    /**
     * The same extents, where what is put is stored as a policy says. References, names and reading are one with {@link #extents()},
     * which stores as the store's own policy says.
     *
     * @param policy the name of the policy; looked up by each put, which throws {@link PolicyNotFoundException} if there is none
     * @return a view, to be kept as long as one likes
     * @throws IllegalArgumentException if no policy can have that name
     * @throws IllegalStateException if the store is open for reading only
     */
    ExtentStore extents(String policy);

    /**
     * How extents are stored: compressed, encrypted, spread over drives.
     *
     * @return always the same object
     */
    StorePolicies policies();

    /**
     * The drives that the extents are spread over.
     *
     * @return always the same object; empty if the extents are in one backend, or the store is open for reading only
     */
    Optional<StoreDrives> drives();

    /**
     * What opening found.
     *
     * @return the report
     */
    RecoveryReport recovery();

    /**
     * The settings in force.
     *
     * @return the settings
     */
    EngineSettings settings();

    /**
     * Figures of the store.
     *
     * @return a consistent set of figures
     */
    StoreStatistics statistics();

    /**
     * Writes a checkpoint, so that opening has less to do and the journal can shrink. The engine does so by itself when it
     * is worth it.
     *
     * @throws StorageException if that failed; the last checkpoint stays in force
     */
    void checkpoint();

    /**
     * Collects garbage until none is left that could be collected now: extents without references, orphans, dead packs.
     *
     * @param dryRun whether only to find out what would go
     * @param listener is told how far it has come
     * @return what was done
     * @throws StorageException if that failed part of the way; what was deleted was garbage
     */
    CollectReport collect(boolean dryRun, ProgressListener listener);

    /**
     * Checks everything: counts each reference afresh and verifies every page of every extent. Runs beside other work, on a
     * consistent state of the catalog.
     *
     * @param maxBytesPerSecond how fast to read at most; {@link Long#MAX_VALUE} for no limit
     * @param listener is told how far it has come
     * @return what was found
     * @throws StorageException if the check itself could not be done
     */
    FsckReport fsck(long maxBytesPerSecond, ProgressListener listener);

    /**
     * Refuses new writes, completes those under way, writes a checkpoint and lets go of every resource. Closing again does
     * nothing.
     *
     * @throws StorageException if something could not be completed; the store is closed all the same, and opening it
     *     recovers what was acknowledged
     */
    @Override
    void close();

    /** Describes how a store is to be opened: plain settings, and components to plug in. For one thread. */
    final class Builder {
        private final EngineAssembly assembly;

        private Builder(Path directory) {
            assembly = new EngineAssembly(directory);
        }

        /**
         * Sets the settings.
         *
         * @param settings all of them
         * @return this
         */
        public Builder settings(EngineSettings settings) {
            assembly.settings(settings);
            return this;
        }

        /**
         * Opens the store without changing anything. The store must exist; another process may have it open, and what that
         * writes later is not seen.
         *
         * @return this
         */
        public Builder readOnly() {
            assembly.readOnly(true);
            return this;
        }

        /**
         * Refuses to create a store where there is none.
         *
         * @return this
         */
        public Builder mustExist() {
            assembly.mustExist(true);
            return this;
        }

        /**
         * Opens a store whose journal is damaged in the middle, at the price of the records from the damage on. The {@link
         * #recovery} report says which.
         *
         * @return this
         */
        public Builder salvage() {
            assembly.salvage(true);
            return this;
        }

        /**
         * Keeps the extents in another backend than the files beside the journal.
         *
         * @param uri of a scheme for which there is a provider, such as {@code file:} or {@code mem:}
         * @return this
         */
        public Builder backend(URI uri) {
            assembly.backend(uri);
            return this;
        }

        /**
         * Keeps the extents in a backend that is open already. The engine closes it.
         *
         * @param backend the backend
         * @return this
         */
        public Builder backend(ExtentBackend backend) {
            assembly.backend(backend);
            return this;
        }

        /**
         * Keeps the extents on several drives, so that some of them may be lost. The journal, and what names the newest checkpoint,
         * are on one drive more than may be lost, each time whole; what is in the store's directory then can be lost as well: the
         * store is opened in another one by naming its drives. They stay in the directory if too few drives can hold files, as
         * {@code file:} can.
         *
         * @param redundancy how extents are spread that are put from now on
         * @param uris where the drives are, of schemes for which there are providers. All of them for a new store, each empty or
         *     not there yet. For a store that exists some are enough, since each knows of the others, and none if the store's
         *     directory knows
         * @return this
         */
        public Builder drives(Redundancy redundancy, List<URI> uris) {
            assembly.drives(redundancy, uris);
            return this;
        }

        /**
         * Replaces the seams to the world; a simulator does.
         *
         * @param disk files; null for the real ones, as for the others
         * @param clock time
         * @param threads threads and waiting
         * @param entropy randomness
         * @return this
         */
        public Builder seams(
                @Nullable Disk disk, @Nullable Clock clock, @Nullable Threads threads, @Nullable Entropy entropy) {
            assembly.seams(disk, clock, threads, entropy);
            return this;
        }

        /**
         * Brings the keys that extents are encrypted with, where policies say so. Without, such extents cannot be read, nor put;
         * everything else can.
         *
         * @param provider the keys
         * @return this
         */
        public Builder keys(KeyProvider provider) {
            assembly.keys(provider);
            return this;
        }

        /**
         * Watches the engine's abstract actions.
         *
         * @param probe the watcher
         * @return this
         */
        public Builder probe(Probe probe) {
            assembly.probe(probe);
            return this;
        }

        /**
         * Opens the store, recovering it first if its last life ended without a close.
         *
         * @return the open store
         * @throws StoreNotFoundException if there is none, and it {@link #mustExist} or is opened {@link #readOnly}
         * @throws StoreLockedException if somebody else has it open
         * @throws DamagedException if acknowledged data is lost; the message says what, and whether {@link #salvage} helps
         * @throws UnsupportedFormatException if a newer version wrote it
         * @throws StorageException if it cannot be opened for another reason
         */
        public StorageEngine open() {
            return assembly.open();
        }

        /**
         * Makes the catalog of a store anew that has lost both its superblocks and its journal, wherever they were, from what its
         * objects say of themselves and from the last checkpoint that can be read. The store is not opened. Nothing that exists is
         * changed, moved or deleted; until this has returned there is no store, and it can be begun again.
         *
         * <p>Extents to which nothing refers any more get names that begin with {@value RebuildReport#RECOVERED}. With {@link #salvage}
         * it goes on without drives that do not answer, at the price of what only they know.
         *
         * <p>What is compressed takes its codecs on the class path, and objects that are encrypted take the {@link #keys} that their nodes
         * were written with; other extents are found without. With {@link #salvage} and keys, nodes under keys that are not among
         * them are left out, and deleted when orphans are.
         *
         * @param listener is told how far it has come; if it says no, nothing has changed
         * @return what was found, and what was not
         * @throws StoreNotFoundException if there are no objects of a store
         * @throws StoreLockedException if somebody else has it open
         * @throws DamagedException if there is a journal, or a superblock that cannot be read: the message says what to do
         * @throws UnsupportedFormatException if a newer version wrote some of it, or there is a codec that is not on the class path
         * @throws UnknownKeyException if there is a node that is encrypted under a key that is not there
         * @throws StorageException if there is a superblock that can be read, or drives do not answer that may hold some of it
         */
        public RebuildReport rebuild(ProgressListener listener) {
            return assembly.rebuild(listener);
        }
    }
}
