package io.ashlar.drive;

import io.ashlar.format.ShardLayout;
import io.ashlar.shard.BlockRange;
import io.ashlar.shard.Reconstruction;
import io.ashlar.shard.ShardDamagedException;
import io.ashlar.shard.ShardHead;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads and blocks of shards from their drives, and checks them. A read that takes longer than most of its drive is not waited
 * for: others make up for it, unless they cannot (Dean and Barroso, "The Tail at Scale", CACM 2013). Safe for use by many threads.
 */
final class ShardFetch {
    /** Less than this is not worth the work of others. */
    private static final long PATIENCE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** As long as little is known of a drive. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int SAMPLES_MIN = 32;

    private final DriveSet drives;
    private final Threads threads;
    private final double hedgeShare;
    private final long timeoutNanos;

    ShardFetch(DriveSet drives, FanOutSettings settings, Threads threads) {
        this.drives = drives;
        this.threads = threads;
        hedgeShare = settings.hedgeShare();
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis());
    }

    /** How long a drive is waited for before others are asked. */
    private long patienceNanos(Drive drive) {
        LatencyHistogram reads = drive.health().reads();
        long usual = reads.samples() < SAMPLES_MIN ? PATIENCE_NANOS : 2 * reads.percentileNanos(hedgeShare);
        return Math.min(timeoutNanos, Math.max(PATIENCE_MIN_NANOS, usual));
    }

    private IOException noAnswer(Drive drive) {
        IOException slow = new IOException("no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
        drive.health().failed(slow);
        return slow;
    }

    /**
     * Reads the head of a shard; null if that is not possible, or takes longer than it usually does, and it is noted why. Whoever needs it
     * all the same looks for all of them ({@link ShardSearch}).
     */
    @Nullable
    ShardHead head(String object, int shard, int number, Trouble trouble) {
        Drive drive = drives.drive(number);
        if (drive == null || !drive.isReadable()) {
            trouble.unreachable |= drive != null && drive.state() == DriveState.OFFLINE;
            trouble.add(
                    shard,
                    drive,
                    new IOException(drive == null ? "nobody has made it yet" : "the drive is " + drive.state()));
            return null;
        }
        try {
            return parseHead(drive, object, shard, (offset, length) -> {
                ByteBuffer bytes = PendingRead.begin(drive, ShardNames.of(object, shard), offset, length)
                        .await(threads, patienceNanos(drive));
                if (bytes == null) {
                    trouble.slow.add(drive);
                    throw new IOException("it takes longer than it usually does");
                }
                return bytes;
            });
        } catch (IOException | ShardDamagedException e) {
            trouble.note(shard, drive, e);
            return null;
        }
    }

    /** Reads bytes of a shard from an offset on; fewer at its end. */
    private interface Bytes {
        ByteBuffer from(long offset, int length) throws IOException;
    }

    private static ShardHead parseHead(Drive drive, String object, int shard, Bytes bytes) throws IOException {
        String place = "object " + ShardNames.of(object, shard) + " of " + drive;
        ByteBuffer first = bytes.from(0, ShardLayout.FIRST_READ_BYTES);
        int length = ShardHead.headBytes(first, place);
        if (length > first.limit() && first.limit() == ShardLayout.FIRST_READ_BYTES) {
            ByteBuffer all = ByteBuffer.allocate(length).put(first);
            all.put(bytes.from(all.position(), all.remaining()));
            first = all.flip();
        }
        return ShardHead.parse(first, object, shard, place);
    }

    /** Reads the head of a shard on the caller's thread, which is one of its drive. */
    static ShardHead headDirectly(Drive drive, String object, int shard) throws IOException {
        return parseHead(drive, object, shard, (offset, length) -> {
            ByteBuffer target = ByteBuffer.allocate(length);
            drive.read(ShardNames.of(object, shard), offset, target);
            return target.flip();
        });
    }

    /** The head of a shard of an object that is open; null if that is not possible, and it is noted why. */
    private @Nullable ShardHead fittingHead(String object, OpenObject opened, int shard, Trouble trouble) {
        ShardHead known = opened.head(shard);
        if (known != null) {
            return known;
        }
        int number = opened.placement().drive(shard);
        ShardHead head = head(object, shard, number, trouble);
        if (head == null) {
            return null;
        }
        if (!head.stripe().equals(opened.stripe())) {
            Drive drive = drives.drive(number);
            trouble.add(shard, drive, new IOException("it is of another put than the rest"));
            if (drive != null) {
                trouble.bad.put(shard, drive);
            }
            return null;
        }
        opened.head(head);
        return opened.head(shard);
    }

    /** The drive of a shard, if it may answer; otherwise it is noted why not. */
    private @Nullable Drive readable(OpenObject opened, int shard, Trouble trouble) {
        Drive drive = drives.drive(opened.placement().drive(shard));
        if (drive == null || !drive.isReadable()) {
            trouble.unreachable = true;
            trouble.add(shard, drive, new IOException("the drive is away"));
            return null;
        }
        return drive;
    }

    /**
     * Reads and checks blocks of a shard; null if that is not possible, or takes longer than it usually does, and it is noted why. What
     * is only {@link Trouble#late} may yet be had.
     */
    @Nullable
    ByteBuffer blocks(String object, OpenObject opened, BlockRange range, Trouble trouble) {
        int shard = range.shard();
        ShardHead head = fittingHead(object, opened, shard, trouble);
        Drive drive = head == null ? null : readable(opened, shard, trouble);
        if (head == null || drive == null) {
            return null;
        }
        PendingRead pending =
                PendingRead.begin(drive, ShardNames.of(object, shard), range.objectOffset(), range.length());
        try {
            ByteBuffer blocks = pending.await(threads, patienceNanos(drive));
            if (blocks == null) {
                trouble.late = new Trouble.Late(drive, range, pending);
                trouble.unreachable = true;
                trouble.add(shard, drive, new IOException("it takes longer than it usually does"));
                return null;
            }
            head.verify(range, blocks);
            return blocks;
        } catch (IOException | ShardDamagedException e) {
            trouble.note(shard, drive, e);
            return null;
        }
    }

    /** Waits for what was late, since the others cannot make up for it; null if it does not come, or is of no use. */
    @Nullable
    ByteBuffer late(OpenObject opened, Trouble trouble) {
        Trouble.Late late = trouble.late;
        ShardHead head = late == null ? null : opened.head(late.range().shard());
        if (late == null || head == null) {
            return null;
        }
        try {
            ByteBuffer blocks = late.pending().await(threads, timeoutNanos);
            if (blocks == null) {
                throw noAnswer(late.drive());
            }
            head.verify(late.range(), blocks);
            return blocks;
        } catch (IOException | ShardDamagedException e) {
            trouble.note(late.range().shard(), late.drive(), e);
            return null;
        }
    }

    /** Drives that others had to make up for go on record with it. */
    void blameSlow(Trouble trouble) {
        Trouble.Late late = trouble.late;
        if (late != null) {
            trouble.slow.add(late.drive());
        }
        for (Drive drive : trouble.slow) {
            drive.health().slow(new IOException("others gave the same in less time"));
        }
        trouble.slow.clear();
    }

    /**
     * Reads what a plan wants and was not read yet, from all drives at once.
     *
     * @return the first shard that cannot be read; null if all could
     */
    @Nullable
    Integer sources(
            String object, OpenObject opened, Reconstruction plan, Map<Integer, ByteBuffer> read, Trouble trouble) {
        Map<BlockRange, PendingRead> pending = new LinkedHashMap<>();
        Integer failed = null;
        for (BlockRange range : plan.reads()) {
            if (range.length() == 0 || read.containsKey(range.shard())) {
                continue;
            }
            ShardHead head = fittingHead(object, opened, range.shard(), trouble);
            Drive drive = head == null ? null : readable(opened, range.shard(), trouble);
            if (drive == null) {
                failed = failed == null ? Integer.valueOf(range.shard()) : failed;
            } else if (failed == null) {
                pending.put(
                        range,
                        PendingRead.begin(
                                drive, ShardNames.of(object, range.shard()), range.objectOffset(), range.length()));
            }
        }
        for (Map.Entry<BlockRange, PendingRead> entry : pending.entrySet()) {
            BlockRange range = entry.getKey();
            ByteBuffer blocks = settle(opened, range, entry.getValue(), trouble);
            if (blocks != null) {
                read.put(range.shard(), blocks);
            } else if (failed == null) {
                failed = range.shard();
            }
        }
        return failed;
    }

    private @Nullable ByteBuffer settle(OpenObject opened, BlockRange range, PendingRead pending, Trouble trouble) {
        Drive drive = drives.drive(opened.placement().drive(range.shard()));
        ShardHead head = opened.head(range.shard());
        if (drive == null || head == null) {
            return null;
        }
        try {
            ByteBuffer blocks = pending.await(threads, timeoutNanos);
            if (blocks == null) {
                throw noAnswer(drive);
            }
            head.verify(range, blocks);
            return blocks;
        } catch (IOException | ShardDamagedException e) {
            trouble.note(range.shard(), drive, e);
            return null;
        }
    }
}
