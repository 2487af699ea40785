package io.ashlar.drive.mirror;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk whose files are kept in several places at once. A change counts when every place has it; a place that fails, or is slow while
 * others have long done it, does not count from then on, which is durable before the change is said to be done ({@link MirrorRoster}).
 * So whichever places count have everything, and any one of them is enough to open the files.
 *
 * <p>If fewer places would be left than must be, others are filled first; where there are none, the change fails. Reads ask one
 * place, and the others if that fails. Paths are those below the base, which need not exist itself.
 *
 * <p>After a crash the places may differ in what nobody was told is done. So at first only one of them is in use, for reading, and
 * others can be tried by {@link #lead}; {@link #converge} makes the rest equal to it, and only then anything may be changed.
 *
 * <p>Safe for use by many threads, as a {@link Disk} is; until {@link #converge} has returned by one.
 */
public final class MirroredDisk implements Disk, Closeable {
    private final Path base;
    private final Settings settings;
    private final MirrorPlaces places;
    private final MirrorCalls calls;

    /**
     * How many places there must be, and how long one may hold up the others.
     *
     * @param required so many places must count for a change to be done; positive
     * @param graceMillis how long others are waited for when one place has done it
     * @param timeoutMillis how long is waited for the first
     */
    public record Settings(int required, long graceMillis, long timeoutMillis) {
        /**
         * Checks the bounds.
         *
         * @param required so many places must count for a change to be done; positive
         * @param graceMillis how long others are waited for when one place has done it
         * @param timeoutMillis how long is waited for the first
         * @throws IllegalArgumentException if one of them is out of its bounds
         */
        public Settings {
            if (required < 1 || graceMillis < 0 || timeoutMillis < 1) {
                throw new IllegalArgumentException("at least one place, not " + required + ", a grace of " + graceMillis
                        + " ms and a time-out of " + timeoutMillis + " ms");
            }
        }
    }

    /**
     * Makes a disk.
     *
     * @param base what paths of files begin with
     * @param mirrors the places that count, at least one
     * @param roster told when others do
     * @param settings how many there must be
     * @param threads waiting
     * @throws IllegalArgumentException if there is no place
     */
    public MirroredDisk(Path base, List<Mirror> mirrors, MirrorRoster roster, Settings settings, Threads threads) {
        if (mirrors.isEmpty()) {
            throw new IllegalArgumentException("files are to be in one place at least");
        }
        this.base = base.toAbsolutePath().normalize();
        this.settings = settings;
        places = new MirrorPlaces(this.base, mirrors, roster, settings, threads);
        calls = new MirrorCalls(places, settings, threads);
    }

    // ---- which places there are ------------------------------------------------------------------------------------

    /**
     * Names the places in use.
     *
     * @return their numbers, the one that is asked first in front
     */
    public List<Integer> places() {
        return places.inUse().stream().map(Mirror::number).toList();
    }

    /**
     * Names all places that count, those that are not in use yet too.
     *
     * @return their numbers
     */
    public List<Integer> all() {
        return places.all().stream().map(Mirror::number).toList();
    }

    /**
     * Uses another place instead of the present one. For comparing them on opening; nothing may be open.
     *
     * @param place its number
     * @throws IllegalArgumentException if it does not count
     * @throws IllegalStateException if more than one is in use
     */
    public void lead(int place) {
        places.lead(place);
    }

    /**
     * Makes all places equal to the one in use, durably, and uses them all from then on. Places where that fails do not count any
     * more; if there are fewer than there must be, others are filled.
     *
     * @throws IOException if there are not enough places
     */
    public void converge() throws IOException {
        places.converge();
    }

    /**
     * Lets a place count no more, if it does now.
     *
     * @param place its number
     * @param cause why
     * @throws IOException if there would be too few left, or it could not be made durable
     */
    public void leave(int place, Throwable cause) throws IOException {
        places.leave(place, cause);
    }

    /**
     * Fills one place more, and lets it count. Changes go on meanwhile; they wait only while what they have changed since is copied.
     *
     * @return whether there is one place more
     * @throws IOException if that failed; the places that count are the same
     */
    public boolean join() throws IOException {
        return places.join();
    }

    // ---- a disk ----------------------------------------------------------------------------------------------------

    /** What is done in the places. */
    MirrorCalls calls() {
        return calls;
    }

    Path relative(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!absolute.startsWith(base)) {
            throw new IllegalArgumentException(path + " is not below " + base);
        }
        return base.relativize(absolute);
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        Path relative = relative(path);
        MirroredFile file = new MirroredFile(this, relative, mode == Mode.READ);
        places.shared().lock();
        try {
            // Known before it is open anywhere: a place that joins meanwhile waits for this.
            places.open().add(file);
        } finally {
            places.shared().unlock();
        }
        try {
            if (mode == Mode.CREATE) {
                calls.everywhere(mirror -> file.openAt(mirror, mode), () -> {}, relative);
            } else {
                calls.everywhere(mirror -> file.openAt(mirror, mode), () -> {});
            }
            return file;
        } catch (IOException | RuntimeException e) {
            closed(file);
            throw e;
        }
    }

    void closed(MirroredFile file) {
        places.open().remove(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Path source = relative(from);
        Path target = relative(to);
        calls.everywhere(
                mirror -> {
                    mirror.disk().rename(mirror.at(source), mirror.at(target));
                    return true;
                },
                () -> places.open().forEach(file -> file.renamed(source, target)),
                source,
                target);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        Path relative = relative(path);
        Map<Mirror, Boolean> found = calls.everywhere(
                mirror -> mirror.disk().delete(mirror.at(relative)),
                () -> places.open().forEach(file -> file.deleted(relative)),
                relative);
        if (!found.containsValue(true)) {
            return false;
        }
        for (Map.Entry<Mirror, Boolean> entry : found.entrySet()) {
            if (!entry.getValue()) {
                places.leave(
                        entry.getKey().number(),
                        new NoSuchFileException(entry.getKey().at(relative).toString()));
            }
        }
        return true;
    }

    @Override
    public boolean exists(Path path) throws IOException {
        Path relative = relative(path);
        try {
            return calls.somewhere(mirror -> {
                if (!mirror.disk().exists(mirror.at(relative))) {
                    throw new NoSuchFileException(mirror.at(relative).toString());
                }
                return true;
            });
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Path relative = relative(directory);
        calls.everywhere(
                mirror -> {
                    mirror.disk().createDirectories(mirror.at(relative));
                    return true;
                },
                () -> {},
                relative);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        Path relative = relative(directory);
        calls.everywhere(
                mirror -> {
                    mirror.disk().forceDirectory(mirror.at(relative));
                    return true;
                },
                () -> {});
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        Path relative = relative(directory);
        return calls.somewhere(mirror -> mirror.disk().list(mirror.at(relative), after, limit));
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        Path relative = relative(path);
        try {
            return calls.somewhere(mirror -> Optional.of(mirror.disk()
                    .stat(mirror.at(relative))
                    .orElseThrow(
                            () -> new NoSuchFileException(mirror.at(relative).toString()))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Locks in the place that is asked first: whoever has the drives has their identities locked anyway. */
    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        Path relative = relative(path);
        return calls.at(places.inUse().get(0), mirror -> mirror.disk().lock(mirror.at(relative), holder));
    }

    /**
     * What as many places have at least as must count: one without room stops counting when something does not fit, and another takes
     * over.
     */
    @Override
    public long usableBytes(Path path) throws IOException {
        Path relative = relative(path);
        List<Long> room = new ArrayList<>();
        IOException failure = null;
        for (Mirror mirror : places.inUse()) {
            try {
                room.add(calls.at(mirror, each -> each.disk().usableBytes(each.at(relative))));
            } catch (IOException e) {
                failure = e;
            }
        }
        if (room.isEmpty() && failure != null) {
            throw failure;
        }
        room.sort(Comparator.reverseOrder());
        return room.isEmpty() ? 0 : room.get(Math.min(settings.required(), room.size()) - 1);
    }

    /**
     * Ends what runs calls to the places. Files that are open are closed by whoever opened them.
     *
     * @throws IOException if calls hang
     */
    @Override
    public void close() throws IOException {
        for (Mirror mirror : places.all()) {
            if (!mirror.executor().close(TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis()))) {
                throw new IOException("calls to " + mirror + " did not end; it was left as it is");
            }
        }
    }

    @Override
    public String toString() {
        return base + " in " + places.inUse();
    }
}
