package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.Caller;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which places of a {@link MirroredDisk} count. One that fails leaves, another one is filled and joins; either is durable, by the {@link
 * MirrorRoster}, before anything else is said to be done. {@link MirrorCalls} does things in the places that there are. Safe for use by
 * many threads; until {@link #converge} has returned by one.
 */
final class MirrorPlaces {
    private static final System.Logger LOG = System.getLogger(MirrorPlaces.class.getName());

    private final Path base;
    private final MirrorRoster roster;
    private final int required;
    private final Caller caller;

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

    /** Open files: a place that joins has them too. */
    private final Set<MirroredFile> open = ConcurrentHashMap.newKeySet();

    /** What has changed since a place began to be filled; null if none is. */
    private final AtomicReference<@Nullable Set<Path>> touched = new AtomicReference<>();

    /**
     * Some places.
     *
     * @param base what paths of files begin with, for messages
     * @param mirrors the places that count, at least one
     * @param roster told when others do
     * @param settings how many there must be
     * @param threads waiting
     */
    MirrorPlaces(
            Path base, List<Mirror> mirrors, MirrorRoster roster, MirroredDisk.Settings settings, Threads threads) {
        this.base = base;
        this.mirrors = List.of(mirrors.get(0));
        this.waiting = List.copyOf(mirrors.subList(1, mirrors.size()));
        this.roster = roster;
        required = settings.required();
        caller = new Caller(threads, TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis()));
    }

    /** The places in use, the one that is asked first in front. */
    List<Mirror> inUse() {
        return mirrors;
    }

    /** Those, and those that are not in use yet. */
    List<Mirror> all() {
        List<Mirror> all = new ArrayList<>(mirrors);
        all.addAll(waiting);
        return all;
    }

    /** Whatever is done in all places is done with this held: none comes or goes meanwhile. */
    Lock shared() {
        return gate.readLock();
    }

    /** Whether all places in use count. With the gate held. */
    boolean areSettled() {
        return failing.isEmpty() && !unsure;
    }

    /** Notes that something failed in places, which count no more once {@link #dropFailing} has returned. With the gate held. */
    void failed(Map<Mirror, Throwable> causes) {
        failing.putAll(causes);
    }

    /** Notes that something changes. With the gate held. */
    void touch(Path... paths) {
        Set<Path> changes = touched.get();
        if (changes != null) {
            changes.addAll(List.of(paths));
        }
    }

    /** Open files. */
    Set<MirroredFile> open() {
        return open;
    }

    /** As {@link MirroredDisk#lead}. */
    void lead(int place) {
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

    /** As {@link MirroredDisk#converge}. */
    void converge() throws IOException {
        gate.writeLock().lock();
        try {
            List<Mirror> all = new ArrayList<>(mirrors);
            Mirror first = mirrors.get(0);
            caller.call(first.executor(), first, () -> {
                first.disk().createDirectories(first.root());
                return first;
            });
            for (Mirror mirror : waiting) {
                try {
                    long written = new MirrorCopier(first, mirror, caller).copy(path -> true, false);
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
            fill(new IOException(
                    "there are " + all.size() + " places for " + base + ", and " + required + " are needed"));
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** As {@link MirroredDisk#leave}. */
    void leave(int place, Throwable cause) throws IOException {
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

    /** As {@link MirroredDisk#join}. */
    boolean join() throws IOException {
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
                MirrorCopier copier = locked(() -> new MirrorCopier(source(), fresh, caller));
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

    private Set<Integer> numbers() {
        return mirrors.stream().map(Mirror::number).collect(Collectors.toCollection(HashSet::new));
    }

    private @Nullable Mirror chooseToJoin() {
        gate.writeLock().lock();
        try {
            Mirror chosen = roster.another(numbers());
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
        new MirrorCopier(source(), fresh, caller).copy(changes::contains, false);
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

    /** Lets the places that fail count no more, and fills others if too few are left. */
    void dropFailing() throws IOException {
        locked(() -> {
            drop();
            return this;
        });
    }

    /** Opens in a place whatever is open in the others. */
    private void openAt(Mirror fresh) throws IOException {
        try {
            for (MirroredFile file : open) {
                file.openAt(fresh, caller);
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
        Set<Integer> tried = numbers();
        tried.add(joining);
        while (mirrors.size() < required) {
            Mirror fresh = roster.another(tried);
            if (fresh == null) {
                throw tooFew;
            }
            tried.add(fresh.number());
            try {
                MirrorCopier copier = new MirrorCopier(source(), fresh, caller);
                copier.clear();
                copier.copy(path -> true, false);
                complete(fresh, Set.of());
            } catch (IOException e) {
                fresh.executor().close(0);
                tooFew.addSuppressed(e);
            }
        }
    }
}
