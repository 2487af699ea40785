package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ShardLayout;
import io.ashlar.shard.BlockRange;
import io.ashlar.shard.ShardDamagedException;
import io.ashlar.shard.ShardHead;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Mends objects: makes the shards that are owed, lost or damaged of the others, and puts them on drives that have none of the object.
 * One object at a time is mended by one thread; several threads may mend different ones.
 *
 * <p>At no instant has an object fewer good shards than before: a new one is durable before anything says where it is, and only a bad
 * one is deleted.
 */
final class Repairer {
    private static final int STEP_BYTES = 256 << 10;
    private static final int LOCKS = 64;
    private static final long IDLE_BUFFER_BYTES = 8 << 20;

    private final DriveSet drives;
    private final Placements placements;
    private final ShardReader reader;
    private final OpenObjects open;
    private final ShardWriter writer;
    private final DriveCalls calls;
    private final long giveUpNanos;
    private final ShardBuffers buffers = new ShardBuffers(IDLE_BUFFER_BYTES);
    private final Mover mover;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /**
     * Makes a repairer.
     *
     * @param giveUpMillis what a drive held that has been offline for so long is made anew elsewhere
     */
    Repairer(
            DriveSet drives,
            Placements placements,
            ShardReader reader,
            OpenObjects open,
            ShardWriter writer,
            DriveCalls calls,
            long giveUpMillis) {
        this.drives = drives;
        this.placements = placements;
        this.reader = reader;
        this.open = open;
        this.writer = writer;
        this.calls = calls;
        mover = new Mover(drives, placements, reader, calls);
        giveUpNanos = TimeUnit.MILLISECONDS.toNanos(giveUpMillis);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * What became of an object.
     *
     * @param placement where its shards are now
     * @param made how many of them were made anew
     * @param moved how many were moved to other drives
     * @param missing how many are still owed, or on drives that are away for a while
     * @param bytesWritten how much was written
     */
    record Outcome(Placement placement, int made, int moved, int missing, long bytesWritten) {
        boolean isWhole() {
            return missing == 0;
        }
    }

    /**
     * Mends an object.
     *
     * @param object its name
     * @param effort how much to look at and to change
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @return what was found and done; null if there is no such object any more, it is still being put, or nobody needs it
     * @throws DamagedException if more shards are lost than may be
     * @throws IOException if so many are only out of reach, or a new one could not be put anywhere that was tried
     */
    @Nullable
    Outcome mend(String object, Effort effort, LongConsumer budget) throws IOException {
        ReentrantLock lock = locks[(object.hashCode() & Integer.MAX_VALUE) % LOCKS];
        lock.lock();
        try {
            if (writer.isUnderWay(object) || !placements.isNeeded(object)) {
                // Not acknowledged yet, or never: what a crash left of a put need not be whole.
                return null;
            }
            open.remove(object);
            OpenObject opened;
            try {
                // What nobody remembers may be anywhere.
                opened = placements.log().remembers(object) ? reader.open(object) : reader.searchPatiently(object);
            } catch (ObjectNotFoundException e) {
                placements.forget(object);
                return null;
            }
            Placement expected = opened.placement();
            try {
                return mend(object, opened, effort, budget);
            } catch (DamagedException e) {
                // A shard that was made anew may be where nothing tells: the record that says so is lost in a crash.
                OpenObject found = reader.searchPatiently(object);
                if (found.placement().equals(expected)) {
                    throw e;
                }
                return mend(object, found, effort, budget);
            }
        } finally {
            open.remove(object);
            lock.unlock();
        }
    }

    private Outcome mend(String object, OpenObject opened, Effort effort, LongConsumer budget) throws IOException {
        int shards = opened.stripe().shape().shards();
        Look[] found = look(object, opened, effort != Effort.QUICK, budget);
        int away = 0;
        boolean[] lost = new boolean[shards];
        for (int shard = 0; shard < shards; shard++) {
            away += found[shard] == Look.AWAY ? 1 : 0;
            lost[shard] = found[shard] == Look.LOST;
        }
        // First of all: none of them is a source any more, and none of them keeps a drive from taking another.
        Placement placement = opened.placement();
        for (int shard = 0; shard < shards; shard++) {
            if (lost[shard]) {
                placement = placement.with(shard, Placement.OWED);
            }
        }
        opened.placement(placement);
        ShardCopies copies = new ShardCopies(calls, buffers, budget);
        int made = 0;
        long bytes = 0;
        for (int shard = 0; shard < shards; shard++) {
            if (lost[shard]) {
                int written = make(object, opened, shard, copies);
                made += written > 0 ? 1 : 0;
                bytes += written;
            }
        }
        placements.note(object, opened.placement());
        int missing = opened.placement().owed() + away;
        boolean rebalance = effort == Effort.REBALANCE && placements.log().remembers(object);
        int moved = missing > 0 ? 0 : mover.move(object, opened, rebalance, copies);
        return new Outcome(opened.placement(), made, moved, missing, bytes);
    }

    /** How much to do. */
    enum Effort {
        /** Find out whether shards are there; make those that are not. */
        QUICK,
        /** Read and check every byte as well. */
        THOROUGH,
        /** Also move shards to where they would be put today. */
        REBALANCE
    }

    private enum Look {
        GOOD,
        LOST,
        /** Its drive does not answer, but may come back. */
        AWAY
    }

    /** Looks at all shards at once, each by the threads of its drive. */
    private Look[] look(String object, OpenObject opened, boolean thorough, LongConsumer budget) {
        Look[] looks = new Look[opened.stripe().shape().shards()];
        List<Drive> asked = new ArrayList<>();
        List<Integer> shards = new ArrayList<>();
        long bytes = 0;
        for (int shard = 0; shard < looks.length; shard++) {
            Drive drive = drives.drive(opened.placement().drive(shard));
            if (drive == null || drive.state() == DriveState.REMOVED) {
                looks[shard] = Look.LOST;
            } else if (!drive.isReadable()) {
                looks[shard] = isGivenUp(drive) ? Look.LOST : Look.AWAY;
            } else {
                looks[shard] = Look.AWAY;
                asked.add(drive);
                shards.add(shard);
                bytes += ShardLayout.FIRST_READ_BYTES
                        + (thorough ? opened.stripe().payloadBytes(shard) : 0);
            }
        }
        budget.accept(bytes);
        var answers = calls.all(asked, (index, drive) -> look(drive, object, opened, shards.get(index), thorough));
        for (int i = 0; i < answers.count(); i++) {
            Look look = answers.get(i);
            if (look != null) {
                looks[shards.get(i)] = look;
            } else if (answers.failure(i) instanceof UnsupportedFormatException newer) {
                throw newer;
            }
        }
        return looks;
    }

    /** On a thread of the drive. */
    private Look look(Drive drive, String object, OpenObject opened, int shard, boolean thorough) throws IOException {
        try {
            ShardHead head = ShardFetch.headDirectly(drive, object, shard);
            if (!head.stripe().equals(opened.stripe())) {
                return Look.LOST;
            }
            opened.head(head);
            long length = drive.stat(ShardNames.of(object, shard))
                    .map(stat -> stat.sizeBytes())
                    .orElse(-1L);
            if (length != opened.stripe().shardBytes(shard)) {
                return Look.LOST;
            }
            if (thorough) {
                verify(drive, object, head);
            }
            return Look.GOOD;
        } catch (ObjectNotFoundException e) {
            drive.suspectSwap();
            return Look.LOST;
        } catch (ShardDamagedException e) {
            return Look.LOST;
        }
    }

    /** Whether what a drive held is to be made anew elsewhere. */
    boolean isGivenUp(Drive drive) {
        return drive.entry().role() == DriveRole.REMOVED || drive.health().isGivenUp(giveUpNanos);
    }

    /** Reads all of a shard's payload and checks it, on a thread of the drive. */
    private void verify(Drive drive, String object, ShardHead head) throws IOException {
        int bytes = head.stripe().payloadBytes(head.shard());
        ByteBuffer buffer = buffers.take(STEP_BYTES);
        try {
            for (int at = 0; at < bytes; at += STEP_BYTES) {
                BlockRange range = head.stripe().blocks(head.shard(), at, Math.min(STEP_BYTES, bytes - at));
                buffer.clear().limit(range.length());
                drive.read(ShardNames.of(object, head.shard()), range.objectOffset(), buffer);
                head.verify(range, buffer.flip());
            }
        } finally {
            buffers.give(buffer);
        }
    }

    /** Makes a shard and puts it somewhere; returns its length, or 0 if there is no drive for it. */
    private int make(String object, OpenObject opened, int shard, ShardCopies copies) throws IOException {
        Drive target = target(object, opened.placement(), shard);
        return target == null
                ? 0
                : copies.put(object, opened, shard, target, bytes -> reader.rebuild(object, opened, shard, bytes));
    }

    /** A drive with room to spare, and else one with little. */
    private @Nullable Drive target(String object, Placement placement, int shard) {
        Drive welcoming = target(object, placement, shard, Drive::isWelcoming);
        return welcoming != null ? welcoming : target(object, placement, shard, Drive::isWritable);
    }

    /** The drive that a shard belongs on, if it can go there; else the first in order that takes shards and has none of it. */
    private @Nullable Drive target(String object, Placement placement, int shard, Predicate<Drive> takes) {
        int[] order = placements.order(object);
        Drive own = shard < order.length ? drives.drive(order[shard]) : null;
        if (own != null && takes.test(own) && !placement.uses(own.number())) {
            return own;
        }
        for (int number : order) {
            Drive drive = drives.drive(number);
            if (drive != null && takes.test(drive) && !placement.uses(number)) {
                return drive;
            }
        }
        // Drives that came after the object was put.
        for (Drive drive : drives.drives()) {
            if (takes.test(drive) && !placement.uses(drive.number())) {
                return drive;
            }
        }
        return null;
    }
}
