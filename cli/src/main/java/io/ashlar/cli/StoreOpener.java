package io.ashlar.cli;

import io.ashlar.ProgressListener;
import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.spi.KeyProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens stores for commands; tests hand in another one. */
@FunctionalInterface
public interface StoreOpener {

    /** What a command is about to do with a store. */
    enum Mode {
        /** To read; another process may have it open. */
        READ,
        /** To read and write; it must exist. */
        WRITE,
        /** To read and write; it is created if it is not there. */
        CREATE,
        /** To read and write, giving up what a damaged journal has lost. */
        SALVAGE
    }

    /**
     * Opens a store.
     *
     * @param directory where it is
     * @param mode what for
     * @return the open store
     * @throws io.ashlar.StorageException if it cannot be opened
     */
    StorageEngine open(Path directory, Mode mode);

    /**
     * Opens a store whose policies encrypt.
     *
     * @param directory where it is
     * @param mode what for
     * @param keys what it is encrypted with
     * @return the open store
     * @throws io.ashlar.StorageException if it cannot be opened
     */
    default StorageEngine open(Path directory, Mode mode, KeyProvider keys) {
        throw new UnsupportedOperationException("there are no keys for " + directory);
    }

    /**
     * Opens a store over drives, or creates it there.
     *
     * @param directory where it is, or will be
     * @param redundancy how extents are spread
     * @param drives where the drives are
     * @return the open store
     * @throws io.ashlar.StorageException if it cannot be opened
     */
    default StorageEngine open(Path directory, Redundancy redundancy, List<URI> drives) {
        throw new UnsupportedOperationException("there are no drives for " + directory);
    }

    /**
     * Makes the catalog of a store anew that has lost its superblocks and its journal.
     *
     * @param directory where it is
     * @param redundancy how extents are spread that are put from now on; null if the store's directory knows, or there are no drives
     * @param drives where the drives are; none if the store's directory knows
     * @param keys the keys of what is encrypted; null if there are none
     * @param salvage whether to go on without drives that do not answer
     * @param listener is told how far it has come
     * @return what was found
     * @throws io.ashlar.StorageException if it cannot be done
     */
    default RebuildReport rebuild(
            Path directory,
            @Nullable Redundancy redundancy,
            List<URI> drives,
            @Nullable KeyProvider keys,
            boolean salvage,
            ProgressListener listener) {
        throw new UnsupportedOperationException("there is nothing to rebuild in " + directory);
    }

    /**
     * Opens the real thing.
     *
     * @return an opener of stores in directories
     */
    static StoreOpener real() {
        return new StoreOpener() {
            @Override
            public StorageEngine open(Path directory, Mode mode) {
                return builder(directory, mode).open();
            }

            @Override
            public StorageEngine open(Path directory, Mode mode, KeyProvider keys) {
                return builder(directory, mode).keys(keys).open();
            }

            private StorageEngine.Builder builder(Path directory, Mode mode) {
                StorageEngine.Builder builder = StorageEngine.builder(directory);
                switch (mode) {
                    case READ -> builder.readOnly();
                    case WRITE -> builder.mustExist();
                    case SALVAGE -> builder.mustExist().salvage();
                    case CREATE -> {}
                }
                return builder;
            }

            @Override
            public StorageEngine open(Path directory, Redundancy redundancy, List<URI> drives) {
                return StorageEngine.builder(directory)
                        .drives(redundancy, drives)
                        .open();
            }

            @Override
            public RebuildReport rebuild(
                    Path directory,
                    @Nullable Redundancy redundancy,
                    List<URI> drives,
                    @Nullable KeyProvider keys,
                    boolean salvage,
                    ProgressListener listener) {
                StorageEngine.Builder builder = StorageEngine.builder(directory);
                if (redundancy != null) {
                    builder.drives(redundancy, drives);
                }
                if (keys != null) {
                    builder.keys(keys);
                }
                return (salvage ? builder.salvage() : builder).rebuild(listener);
            }
        };
    }
}
