package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.Wave;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

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
    private static final System.Logger LOG = System.getLogger(MirroredDisk.class.getName());

    private final Path base;
    private final MirrorRoster roster;
    private final Settings settings;
    private final Threads threads;

    /** Held for reading by whoever does something in all places; for writing by whoever changes which there are. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    /** The places that count, and are in use; the first is asked first. Changed with the gate held for writing. */
    private volatile List<Mirror> mirrors;

    /** Those that are not in use yet. */
    private List<Mirror> waiting;

    /** Places where something failed that was done elsewhere. Nothing is done until they do not count any more. */
    private final Map<Mirror, Throwable> failing = new ConcurrentHashMap<>();

    /** Whether the roster may have other places than these: nothing is done until it has these again. */
    private volatile boolean unsure;

    /** The number of the place that is being filled meanwhile; 0 if there is none. */
    private volatile int joining;

    private final Set<MirroredFile> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Set<Path>> touched = new AtomicReference<>();

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
        this.mirrors = List.of(mirrors.get(0));
        this.waiting = List.copyOf(mirrors.subList(1, mirrors.size()));
        this.roster = roster;
        this.settings = settings;
        this.threads = threads;
    }

    // ---- which places there are ------------------------------------------------------------------------------------

    /**
     * Names the places in use.
     *
     * @return their numbers, the one that is asked first in front
     */
    public List<Integer> places() {
        return mirrors.stream().map(Mirror::number).toList();
    }

    /**
     * Names all places that count, those that are not in use yet too.
     *
     * @return their numbers
     */
    public List<Integer> all() {
        List<Mirror> all = new ArrayList<>(mirrors);
        all.addAll(waiting);
        return all.stream().map(Mirror::number).toList();
    }

    /**
     * Uses another place instead of the present one. For comparing them on opening; nothing may be open.
     *
     * @param place its number
     * @throws IllegalArgumentException if it does not count
     * @throws IllegalStateException if more than one is in use
     */
    public void lead(int place) {
        Mirror now = mirrors.get(0);
        if (mirrors.size() > 1) {
            throw new IllegalStateException("all places are in use already");
        }
        if (now.number() != place) {
            List<Mirror> others = new ArrayList<>(waiting);
            Mirror next = others.stream()
                    .filter(mirror -> mirror.number() == place)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("place " + place + " does not count"));
            others.remove(next);
            others.add(now);
            waiting = List.copyOf(others);
            mirrors = List.of(next);
        }
    }

    /**
     * Makes all places equal to the one in use, durably, and uses them all from then on. Places where that fails do not count any
     * more; if there are fewer than there must be, others are filled.
     *
     * @throws IOException if there are not enough places
     */
    public void converge() throws IOException {
        gate.writeLock().lock();
        try {
            List<Mirror> all = new ArrayList<>(mirrors);
            Mirror first = mirrors.get(0);
            first.disk().createDirectories(first.root());
            for (Mirror mirror : waiting) {
                try {
                    long written = new MirrorCopier(first, mirror).copy(path -> true, false);
                    openAt(mirror);
                    all.add(mirror);
                    if (written > 0) {
                        LOG.log(System.Logger.Level.INFO, "{0} got {1} bytes from {2}", mirror, written, first);
                    }
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.WARNING, "{0} is left out: {1}", mirror, e.getMessage());
                    mirror.executor().close(0);
                    roster.left(mirror.number(), e);
                }
            }
            waiting = List.of();
            record(all);
            mirrors = List.copyOf(all);
            fill(new IOException("there are " + all.size() + " places for " + base + ", and " + settings.required()
                    + " are needed"));
        } finally {
            gate.writeLock().unlock();
        }
    }

    /**
     * Lets a place count no more, if it does now.
     *
     * @param place its number
     * @param cause why
     * @throws IOException if there would be too few left, or it could not be made durable
     */
    public void leave(int place, Throwable cause) throws IOException {
        gate.writeLock().lock();
        try {
            for (Mirror mirror : mirrors) {
                if (mirror.number() == place) {
                    failing.put(mirror, cause);
                }
            }
            drop();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /**
     * Fills one place more, and lets it count. Changes go on meanwhile; they wait only while what they have changed since is copied.
     *
     * @return whether there is one place more
     * @throws IOException if that failed; the places that count are the same
     */
    public boolean join() throws IOException {
        Set<Path> changes = ConcurrentHashMap.newKeySet();
        if (!touched.compareAndSet(null, changes)) {
            return false;
        }
        try {
            Mirror fresh = chooseToJoin();
            if (fresh == null) {
                return false;
            }
            try {
                // Whoever began without knowing that changes are noted has ended: the gate was held since.
                MirrorCopier copier = locked(() -> new MirrorCopier(source(), fresh));
                copier.clear();
                copier.copy(path -> true, true);
                locked(() -> {
                    complete(fresh, changes);
                    return fresh;
                });
            } catch (IOException | RuntimeException e) {
                fresh.executor().close(0);
                throw e;
            }
            return true;
        } finally {
            joining = 0;
            touched.set(null);
        }
    }

    private @Nullable Mirror chooseToJoin() {
        gate.writeLock().lock();
        try {
            Mirror chosen = roster.another(new HashSet<>(places()));
            joining = chosen == null ? 0 : chosen.number();
            return chosen;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private interface Change<T> {
        T run() throws IOException;
    }

    private <T> T locked(Change<T> change) throws IOException {
        gate.writeLock().lock();
        try {
            return change.run();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** A place that has everything. With the gate held for writing. */
    private Mirror source() throws IOException {
        for (Mirror mirror : mirrors) {
            if (!failing.containsKey(mirror)) {
                return mirror;
            }
        }
        throw new IOException("no place of " + base + " has everything");
    }

    /** With the gate held for writing: nothing changes meanwhile. */
    private void complete(Mirror fresh, Set<Path> changes) throws IOException {
        new MirrorCopier(source(), fresh).copy(changes::contains, false);
        openAt(fresh);
        List<Mirror> more = new ArrayList<>(mirrors);
        more.add(fresh);
        try {
            record(more);
        } catch (IOException | RuntimeException e) {
            open.forEach(file -> file.closeAt(fresh));
            throw e;
        }
        mirrors = List.copyOf(more);
        LOG.log(System.Logger.Level.INFO, "{0} has a copy of {1} now", fresh, base);
    }

    private void record(List<Mirror> counting) throws IOException {
        unsure = true;
        roster.record(counting.stream().map(Mirror::number).toList());
        unsure = false;
    }

    /** Opens in a place whatever is open in the others. */
    private void openAt(Mirror fresh) throws IOException {
        try {
            for (MirroredFile file : open) {
                file.openAt(fresh);
            }
        } catch (IOException e) {
            open.forEach(file -> file.closeAt(fresh));
            throw e;
        }
    }

    /** Goes on without the places that fail. With the gate held for writing. */
    private void drop() throws IOException {
        if (failing.isEmpty() && !unsure) {
            return;
        }
        List<Mirror> left = new ArrayList<>(mirrors);
        left.removeAll(failing.keySet());
        IOException tooFew = new IOException("of the places of " + base + " too few are left: " + failing);
        failing.values().forEach(tooFew::addSuppressed);
        if (left.isEmpty()) {
            throw tooFew;
        }
        record(left);
        List<Mirror> gone = new ArrayList<>(mirrors);
        gone.removeAll(left);
        mirrors = List.copyOf(left);
        for (Mirror mirror : gone) {
            Throwable cause = failing.getOrDefault(mirror, tooFew);
            LOG.log(System.Logger.Level.WARNING, "{0} does not count any more: {1}", mirror, cause.getMessage());
            open.forEach(file -> file.closeAt(mirror));
            mirror.executor().close(0);
            roster.left(mirror.number(), cause);
        }
        fill(tooFew);
        failing.clear();
    }

    /** Fills places at once: with fewer than there must be nothing may be said to be done. */
    private void fill(IOException tooFew) throws IOException {
        Set<Integer> tried = new HashSet<>(places());
        tried.add(joining);
        while (mirrors.size() < settings.required()) {
            Mirror fresh = roster.another(tried);
            if (fresh == null) {
                throw tooFew;
            }
            tried.add(fresh.number());
            try {
                MirrorCopier copier = new MirrorCopier(source(), fresh);
                copier.clear();
                copier.copy(path -> true, false);
                complete(fresh, Set.of());
            } catch (IOException e) {
                fresh.executor().close(0);
                tooFew.addSuppressed(e);
            }
        }
    }

    // ---- doing something in all places, or in one ------------------------------------------------------------------

    /** Something that is done in a place. */
    interface Call<T> {
        T call(Mirror mirror) throws IOException;
    }

    Path relative(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!absolute.startsWith(base)) {
            throw new IllegalArgumentException(path + " is not below " + base);
        }
        return base.relativize(absolute);
    }

    /** Notes that something changes. With the gate held. */
    private void touch(Path... paths) {
        Set<Path> changes = touched.get();
        if (changes != null) {
            changes.addAll(List.of(paths));
        }
    }

    /**
     * Does something everywhere; where it fails while it does not elsewhere, the place counts no more.
     *
     * @param call what to do
     * @param done done as well, before any place can come or go
     * @param changed the files that change, and directories
     */
    <T> Map<Mirror, T> everywhere(Call<T> call, Runnable done, Path... changed) throws IOException {
        while (true) {
            gate.readLock().lock();
            try {
                if (failing.isEmpty() && !unsure) {
                    touch(changed);
                    Map<Mirror, T> results = new ConcurrentHashMap<>();
                    failing.putAll(fanOut(call, results));
                    done.run();
                    if (failing.isEmpty()) {
                        return results;
                    }
                    // Not done until they count no more.
                    gate.readLock().unlock();
                    try {
                        dropFailing();
                    } finally {
                        gate.readLock().lock();
                    }
                    return results;
                }
            } finally {
                gate.readLock().unlock();
            }
            dropFailing();
        }
    }

    private void dropFailing() throws IOException {
        locked(() -> {
            drop();
            return this;
        });
    }

    /** Returns the places that failed; throws if all have. */
    private <T> Map<Mirror, Throwable> fanOut(Call<T> call, Map<Mirror, T> results) throws IOException {
        List<Mirror> called = mirrors;
        Wave wave = new Wave(called.size(), each -> each.goodCount() > 0);
        for (int i = 0; i < called.size(); i++) {
            int index = i;
            Mirror mirror = called.get(i);
            boolean taken =
                    mirror.executor().offer(() -> wave.run(index, () -> results.put(mirror, call.call(mirror))));
            if (!taken) {
                wave.ended(index, new IOException(mirror + " has more to do than it can"));
            }
        }
        wave.await(
                threads,
                TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis()),
                TimeUnit.MILLISECONDS.toNanos(settings.graceMillis()));
        Map<Mirror, Throwable> failed = new LinkedHashMap<>();
        for (int i = 0; i < called.size(); i++) {
            if (!wave.isGood(i)) {
                Throwable failure = wave.failure(i);
                failed.put(
                        called.get(i),
                        failure == null ? new IOException("no answer while others had long given theirs") : failure);
            }
        }
        if (failed.size() == called.size()) {
            throw failure(failed);
        }
        return failed;
    }

    private static IOException failure(Map<Mirror, Throwable> failed) {
        Throwable first = failed.values().iterator().next();
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        return first instanceof IOException exception ? exception : new IOException(first);
    }

    /**
     * Asks one place, and the others as long as that fails or the file is not there. What failed where others do not counts no more.
     */
    <T> T somewhere(Call<T> call) throws IOException {
        Map<Mirror, Throwable> failed = new LinkedHashMap<>();
        for (Mirror mirror : mirrors) {
            try {
                T result = call.call(mirror);
                for (Map.Entry<Mirror, Throwable> entry : failed.entrySet()) {
                    leave(entry.getKey().number(), entry.getValue());
                }
                return result;
            } catch (IOException e) {
                failed.put(mirror, e);
            }
        }
        throw failure(failed);
    }

    // ---- a disk ----------------------------------------------------------------------------------------------------

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        Path relative = relative(path);
        MirroredFile file = new MirroredFile(this, relative, mode == Mode.READ);
        gate.readLock().lock();
        try {
            // Known before it is open anywhere: a place that joins meanwhile waits for the gate.
            open.add(file);
        } finally {
            gate.readLock().unlock();
        }
        try {
            if (mode == Mode.CREATE) {
                everywhere(mirror -> file.openAt(mirror, mode), () -> {}, relative);
            } else {
                everywhere(mirror -> file.openAt(mirror, mode), () -> {});
            }
            return file;
        } catch (IOException | RuntimeException e) {
            closed(file);
            throw e;
        }
    }

    void closed(MirroredFile file) {
        open.remove(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Path source = relative(from);
        Path target = relative(to);
        everywhere(
                mirror -> {
                    mirror.disk().rename(mirror.at(source), mirror.at(target));
                    return true;
                },
                () -> open.forEach(file -> file.renamed(source, target)),
                source,
                target);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        Path relative = relative(path);
        Map<Mirror, Boolean> found = everywhere(
                mirror -> mirror.disk().delete(mirror.at(relative)),
                () -> open.forEach(file -> file.deleted(relative)),
                relative);
        if (!found.containsValue(true)) {
            return false;
        }
        for (Map.Entry<Mirror, Boolean> entry : found.entrySet()) {
            if (!entry.getValue()) {
                leave(
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
            return somewhere(mirror -> {
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
        everywhere(
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
        everywhere(
                mirror -> {
                    mirror.disk().forceDirectory(mirror.at(relative));
                    return true;
                },
                () -> {});
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        Path relative = relative(directory);
        return somewhere(mirror -> mirror.disk().list(mirror.at(relative), after, limit));
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        Path relative = relative(path);
        try {
            return somewhere(mirror -> Optional.of(mirror.disk()
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
        Mirror first = mirrors.get(0);
        return first.disk().lock(first.at(relative), holder);
    }

    /** The least of what the places have. */
    @Override
    public long usableBytes(Path path) throws IOException {
        Path relative = relative(path);
        long least = Long.MAX_VALUE;
        IOException failure = null;
        for (Mirror mirror : mirrors) {
            try {
                least = Math.min(least, mirror.disk().usableBytes(mirror.at(relative)));
            } catch (IOException e) {
                failure = e;
            }
        }
        if (least == Long.MAX_VALUE && failure != null) {
            throw failure;
        }
        return least;
    }

    /**
     * Ends what runs calls to the places. Files that are open are closed by whoever opened them.
     *
     * @throws IOException if calls hang
     */
    @Override
    public void close() throws IOException {
        List<Mirror> all = new ArrayList<>(mirrors);
        all.addAll(waiting);
        for (Mirror mirror : all) {
            if (!mirror.executor().close(TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis()))) {
                throw new IOException("calls to " + mirror + " did not end; it was left as it is");
            }
        }
    }

    @Override
    public String toString() {
        return base + " in " + mirrors;
    }
}
