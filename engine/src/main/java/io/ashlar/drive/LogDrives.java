package io.ashlar.drive;

import io.ashlar.Redundancy;
import io.ashlar.StorageException;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.drive.mirror.Mirror;
import io.ashlar.drive.mirror.MirrorRoster;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which drives have the journal and the superblocks. Without these no extent is found, so they are on one drive more than may be lost,
 * each time whole; the map of the drives says on which. Where a drive fails, another takes its place.
 *
 * <p>Drives of which no directory of the local disk is known take no part. If there are too few others, the journal is not on the drives
 * at all. Safe for use by many threads.
 */
final class LogDrives implements MirrorRoster {
    private static final System.Logger LOG = System.getLogger(LogDrives.class.getName());
    private static final String NAME = "journal";
    private static final int THREADS_A_DRIVE = 2;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long GRACE_MILLIS = 2_000;
    private static final long TIMEOUT_MILLIS = 30_000;

    private final DriveSet drives;
    private final DriveStore.Seams seams;
    private final Clock clock;
    private final int losses;
    private final int wanted;
    private final int required;

    /** What ran the calls to a drive last: as long as one hangs, the drive is not used again. */
    private final Map<Integer, DriveExecutor> executors = new ConcurrentHashMap<>();

    private final Object filling = new Object();
    private volatile @Nullable MirroredDisk disk;
    private volatile long retryAtNanos;

    LogDrives(DriveSet drives, Redundancy redundancy, DriveStore.Seams seams) {
        this.drives = drives;
        this.seams = seams;
        clock = seams.clock();
        losses = redundancy.parityShards();
        wanted = losses + 1;
        // As many losses as an extent survives that was just acknowledged.
        required = redundancy.quorum() - redundancy.dataShards() + 1;
        retryAtNanos = clock.nanoTime();
    }

    Optional<MirroredDisk> open(Path base) {
        List<Integer> log = drives.map().log();
        List<Mirror> mirrors = new ArrayList<>();
        for (int number : log) {
            Drive drive = drives.drive(number);
            Path directory = drive == null || !drive.isReadable() ? null : directory(drive);
            if (directory != null) {
                mirrors.add(mirror(number, directory));
            }
        }
        if (!log.isEmpty() && mirrors.isEmpty()) {
            throw new StorageException("the journal of " + base + " is on drives " + log
                    + ", and none of them answers; bring one of them back. Nothing was changed");
        }
        return mirrors.isEmpty() ? Optional.empty() : Optional.of(disk(base, mirrors));
    }

    Optional<MirroredDisk> create(Path base) {
        List<Mirror> mirrors = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < wanted; i++) {
            Mirror mirror = another(taken);
            if (mirror != null) {
                taken.add(mirror.number());
                mirrors.add(mirror);
            }
        }
        if (mirrors.size() < required) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "only {0} drives can hold files, so that the journal is in {1} alone: if that is lost, what was"
                            + " acknowledged since the last checkpoint is",
                    mirrors.size(),
                    base);
            return Optional.empty();
        }
        return Optional.of(disk(base, mirrors));
    }

    private MirroredDisk disk(Path base, List<Mirror> mirrors) {
        MirroredDisk opened = new MirroredDisk(
                base,
                mirrors,
                this,
                new MirroredDisk.Settings(required, GRACE_MILLIS, TIMEOUT_MILLIS),
                seams.threads());
        disk = opened;
        return opened;
    }

    private @Nullable Path directory(Drive drive) {
        return seams.logs().apply(drive.entry().uri()).orElse(null);
    }

    private Mirror mirror(int number, Path directory) {
        DriveExecutor executor = seams.executor("ashlar-log-" + number, THREADS_A_DRIVE);
        executors.put(number, executor);
        return new Mirror(number, seams.disk(), directory, executor);
    }

    boolean uses(int number) {
        return drives.map().log().contains(number);
    }

    /** Those that should have the journal and do not answer. */
    List<Integer> silent() {
        return drives.map().log().stream()
                .filter(number -> {
                    Drive drive = drives.drive(number);
                    return drive == null || !drive.isReadable();
                })
                .toList();
    }

    /** Takes a drive out, if it has the journal. */
    void leave(int number) throws IOException {
        MirroredDisk opened = disk;
        if (opened != null && opened.places().contains(number)) {
            opened.leave(number, new IOException("the drive is to be replaced"));
        }
    }

    /** Copies the journal to another drive, if this one has it, and lets this one go. What cannot be done now is done by steps. */
    void retreat(int number) {
        MirroredDisk opened = disk;
        if (opened == null || !uses(number)) {
            return;
        }
        try {
            if (opened.join()) {
                opened.leave(number, new IOException("drive " + number + " is draining"));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "drive {0} keeps the journal for now: {1}", number, e.getMessage());
        }
    }

    /** Does a little of what keeps the journal on as many drives as it should be; returns whether there was something to do. */
    boolean step() {
        MirroredDisk opened = disk;
        if (opened == null || clock.nanoTime() - retryAtNanos < 0) {
            return false;
        }
        try {
            boolean done = step(opened);
            if (!done) {
                retryAtNanos = clock.nanoTime() + RETRY_NANOS;
            }
            return done;
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the journal could not be copied to another drive: {0}",
                    e.getMessage());
            retryAtNanos = clock.nanoTime() + RETRY_NANOS;
            return false;
        }
    }

    /** Copies the journal to as many drives as it should be on, if there are; returns how many are missing. */
    int mend() {
        MirroredDisk opened = disk;
        if (opened == null) {
            return 0;
        }
        try {
            for (int i = 0; i < 2 * wanted && step(opened); i++) {
                // One drive each time.
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the journal could not be copied to another drive: {0}",
                    e.getMessage());
        }
        return Math.max(0, wanted - opened.places().size());
    }

    /** One at a time: a scrub that finds a copy missing waits for the one that is being made, and does not take it for missing. */
    private boolean step(MirroredDisk opened) throws IOException {
        synchronized (filling) {
            return stepAlone(opened);
        }
    }

    private boolean stepAlone(MirroredDisk opened) throws IOException {
        List<Integer> places = opened.places();
        int staying = 0;
        for (int place : places) {
            Drive drive = drives.drive(place);
            if (drive == null || !drive.isReadable()) {
                opened.leave(place, new IOException("drive " + place + " does not answer"));
                return true;
            }
            staying += drive.entry().role() == DriveRole.ACTIVE ? 1 : 0;
        }
        if (staying < wanted) {
            return opened.join();
        }
        for (int place : places) {
            Drive drive = drives.drive(place);
            if (drive != null && drive.entry().role() != DriveRole.ACTIVE) {
                opened.leave(place, new IOException("drive " + place + " is draining"));
                return true;
            }
        }
        return false;
    }

    @Override
    public void record(List<Integer> places) throws IOException {
        synchronized (drives) {
            if (!Set.copyOf(drives.map().log()).equals(Set.copyOf(places))) {
                drives.change(map -> map.withLog(places), losses);
            }
        }
    }

    @Override
    public void left(int place, Throwable cause) {
        Drive drive = drives.drive(place);
        if (drive != null && drive.entry().role() == DriveRole.ACTIVE) {
            drive.health().failed(cause);
        }
    }

    @Override
    public @Nullable Mirror another(Set<Integer> taken) {
        DriveMap map = drives.map();
        int[] order = Rendezvous.order(
                Rendezvous.hash(NAME),
                map.newest(),
                number -> map.drive(number).orElseThrow().domain());
        Set<String> domains = new HashSet<>();
        taken.forEach(number -> map.drive(number).ifPresent(entry -> domains.add(entry.domain())));
        for (boolean elsewhere : new boolean[] {true, false}) {
            for (int number : order) {
                Drive drive = drives.drive(number);
                DriveExecutor before = executors.get(number);
                if (drive == null
                        || taken.contains(number)
                        || !drive.isWritable()
                        || (elsewhere && domains.contains(drive.entry().domain()))
                        || (before != null && !before.close(0))) {
                    continue;
                }
                Path directory = directory(drive);
                if (directory != null) {
                    return mirror(number, directory);
                }
            }
        }
        return null;
    }
}
