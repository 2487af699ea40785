package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.Redundancy;
import io.ashlar.StorageException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.drive.DriveStore;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.Disk;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is: its objects in a backend or on drives, its journal and superblocks in its directory or on some of the drives. For one
 * thread.
 */
final class StorePlaces {
    private final StoreFiles files;
    private final BackendContext context;

    private @Nullable URI backendUri;
    private @Nullable ExtentBackend openBackend;
    private @Nullable Redundancy redundancy;
    private List<URI> driveUris = List.of();
    private long lowSpaceBytes;
    private boolean inline;

    private DrivesFile.@Nullable Content remembered;
    private @Nullable DriveStore drives;
    private @Nullable MirroredDisk mirrors;

    StorePlaces(StoreFiles files, BackendContext context) {
        this.files = files;
        this.context = context;
    }

    void backend(@Nullable URI uri, @Nullable ExtentBackend open) {
        backendUri = uri;
        openBackend = open;
    }

    void drives(@Nullable Redundancy newRedundancy, List<URI> uris, long lowBytes, boolean runInline) {
        lowSpaceBytes = lowBytes;
        redundancy = newRedundancy;
        driveUris = uris;
        inline = runInline;
    }

    /** Whether there is anything at all that could be a store. Changes nothing. */
    boolean mayExist() throws IOException {
        return !driveUris.isEmpty()
                || SuperblockStore.exists(context.disk(), files.directory())
                || context.disk().exists(files.drives());
    }

    /** Looks for the drives of the store, and opens what there is; then {@link #log} is where its journal is, if there is one. */
    void find(Resources resources) throws IOException {
        findDrives(resources);
        DriveStore found = drives;
        if (found != null) {
            take(found.log(files.directory()), resources);
        }
    }

    private void take(Optional<MirroredDisk> log, Resources resources) {
        mirrors = log.orElse(null);
        if (mirrors != null) {
            resources.add(mirrors);
        }
    }

    /**
     * The same for a store of which the drives may be left, and the journal is not.
     *
     * @param salvage whether to go on without drives that may hold what is looked for
     * @throws StorageException if there is a journal, or a superblock, or may be; nothing was changed
     */
    void findWithoutLog(Resources resources, boolean salvage) throws IOException {
        findDrives(resources);
        LostMetadata left = new LostMetadata(files);
        left.look(context.disk(), "");
        DriveStore found = drives;
        if (found == null) {
            if (!driveUris.isEmpty()) {
                throw new StoreNotFoundException("there are no drives of a store at " + driveUris);
            }
            left.require();
            return;
        }
        LostMetadata.requireDrives(found, salvage);
        if (found.silentLogs().size() < found.logs()) {
            take(found.log(files.directory()), resources);
        }
        if (mirrors == null) {
            take(found.newLog(files.directory()), resources);
        }
        MirroredDisk log = mirrors;
        if (log != null) {
            for (int place : log.all()) {
                log.lead(place);
                left.look(log, " on drive " + place);
            }
        }
        left.require();
    }

    private void findDrives(Resources resources) throws IOException {
        DrivesFile.Content known = openBackend == null ? new DrivesFile(context.disk(), files).read() : null;
        remembered = known;
        List<URI> places = driveUris.isEmpty() && known != null ? known.places() : driveUris;
        if (places.isEmpty()) {
            return;
        }
        Redundancy spread = redundancy != null ? redundancy : known == null ? null : known.redundancy();
        if (spread == null) {
            throw new IllegalArgumentException("how extents are spread over the drives must be said, since there is no "
                    + files.drives() + " that tells");
        }
        DriveStore opened;
        try {
            opened = DriveStore.open(places, spread, seams());
        } catch (StoreNotFoundException e) {
            if (known != null || SuperblockStore.exists(context.disk(), files.directory())) {
                throw e;
            }
            // A new store: the drives are made with it.
            return;
        }
        resources.add(opened.backend());
        drives = opened;
    }

    /** Checks that what was found belongs together, and remembers in the store's directory where the drives are. */
    void confirm(Superblock superblock) throws IOException {
        DriveStore found = drives;
        if (found == null) {
            if (superblock.has(Superblock.DRIVES)) {
                throw new StorageException("the extents of " + files.directory() + " are on drives, none of which is"
                        + " named, and " + files.drives() + " is gone; name the drives when opening the store. Nothing"
                        + " was changed");
            }
            return;
        }
        long[] id = found.storeId();
        if (id[0] != superblock.storeIdHigh() || id[1] != superblock.storeIdLow()) {
            throw new StorageException("the drives at " + found.places() + " belong to another store than "
                    + files.directory() + "; name those of this store");
        }
        SuperblockStore.Loaded here = mirrors == null ? null : SuperblockStore.load(context.disk(), files.directory());
        if (here != null) {
            throw new StorageException("the drives at " + found.places() + " have a journal, and " + files.directory()
                    + " has one as well, which belongs to another store; open either in a directory of its own");
        }
        remember(found);
    }

    private void remember(DriveStore found) throws IOException {
        DrivesFile.Content content = new DrivesFile.Content(found.redundancy(), found.places());
        if (!context.readOnly() && !content.equals(remembered)) {
            new DrivesFile(context.disk(), files).write(content);
            remembered = content;
        }
    }

    private boolean isToBeOverDrives() {
        return openBackend == null && redundancy != null && !driveUris.isEmpty();
    }

    /** The format features that a store has because of where it is, or is to be. */
    long features() {
        return drives != null || isToBeOverDrives() ? Superblock.DRIVES : 0;
    }

    /** Opens places for a new store. */
    ExtentBackend create(Superblock first, Resources resources) throws IOException {
        if (drives != null) {
            throw new DamagedException("there are drives of a store at " + drives.places() + ", but neither they nor "
                    + files.directory()
                    + " have its superblock-a or superblock-b. Restore one of them from a backup, or"
                    + " rebuild the catalog from what is on the drives; nothing was changed");
        }
        Redundancy spread = redundancy;
        if (spread == null || !isToBeOverDrives()) {
            return resources.add(single());
        }
        DriveStore created =
                DriveStore.create(first.storeIdHigh(), first.storeIdLow(), driveUris, uri -> 1, spread, seams());
        resources.add(created.backend());
        drives = created;
        mirrors = created.newLog(files.directory()).orElse(null);
        if (mirrors != null) {
            resources.add(mirrors).converge();
        }
        remember(created);
        return created.backend();
    }

    /** The backend of a store that exists. */
    ExtentBackend backend(Resources resources) throws IOException {
        return drives != null ? drives.backend() : resources.add(single());
    }

    /** The disk that journal and superblocks are on, under the paths of the store's directory. */
    Disk log() {
        return mirrors != null ? mirrors : context.disk();
    }

    /** The same, if it is on drives. */
    @Nullable
    MirroredDisk mirrors() {
        return mirrors;
    }

    /** The drives; null if there is but one backend. */
    @Nullable
    DriveStore drives() {
        return drives;
    }

    private DriveStore.Seams seams() {
        return new DriveStore.Seams(
                this::open,
                this::filesDirectory,
                context.disk(),
                context.clock(),
                context.threads(),
                context.entropy(),
                lowSpaceBytes,
                context.readOnly(),
                inline);
    }

    private Optional<Path> filesDirectory(URI uri) {
        for (BackendProvider provider : providers()) {
            if (provider.scheme().equalsIgnoreCase(uri.getScheme())) {
                return provider.filesDirectory(uri);
            }
        }
        return Optional.empty();
    }

    private ExtentBackend single() throws IOException {
        return openBackend != null ? openBackend : open(backendUri == null ? files.extentsUri() : backendUri);
    }

    private ExtentBackend open(URI uri) throws IOException {
        List<String> known = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            if (provider.scheme().equalsIgnoreCase(uri.getScheme())) {
                return provider.open(uri, context);
            }
            known.add(provider.scheme() + ":");
        }
        throw new IllegalArgumentException("no backend for " + uri + " on the class path; there are " + known
                + ". The artifact io.ashlar:ashlar brings file: and mem:");
    }

    private static Iterable<BackendProvider> providers() {
        return ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader());
    }
}
