package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.shard.BlockRange;
import io.ashlar.shard.Piece;
import io.ashlar.shard.Reconstruction;
import io.ashlar.shard.ShardDecoder;
import io.ashlar.shard.ShardHead;
import io.ashlar.shard.Stripe;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects from their shards. A range is read from the shards that it lies in, every block checked; what is missing or wrong is
 * made of the same range of others, as few bytes of as few shards as will do. Safe for use by many threads.
 */
final class ShardReader {
    private static final int REBUILD_STEP_BYTES = 256 << 10;

    private final DriveSet drives;
    private final Placements placements;
    private final OpenObjects open;
    private final DriveCalls calls;
    /** Told of every shard that is not what it should be. */
    private final ObjIntConsumer<String> bad;

    private final ShardFetch fetch;
    private final ConcurrentLinkedQueue<ShardDecoder> decoders = new ConcurrentLinkedQueue<>();

    ShardReader(
            DriveSet drives,
            Placements placements,
            OpenObjects open,
            DriveCalls calls,
            FanOutSettings settings,
            Threads threads,
            ObjIntConsumer<String> bad) {
        this.drives = drives;
        this.calls = calls;
        fetch = new ShardFetch(drives, settings, threads);
        this.placements = placements;
        this.open = open;
        this.bad = bad;
    }

    int read(String object, long offset, ByteBuffer target) throws IOException {
        int begin = target.position();
        try {
            return read(object, open(object), offset, target);
        } catch (TooFewShards e) {
            open.remove(object);
            target.position(begin);
            return readFromAnywhere(object, e, offset, target);
        } catch (IOException | RuntimeException e) {
            target.position(begin);
            throw e;
        }
    }

    private int read(String object, OpenObject opened, long offset, ByteBuffer target) throws IOException {
        int begin = target.position();
        Stripe stripe = opened.stripe();
        stripe.copyMetadata(offset, target);
        int copied = target.position() - begin;
        for (Piece piece : stripe.pieces(offset + copied, target.remaining())) {
            readPiece(object, opened, piece, target);
        }
        return target.position() - begin;
    }

    /** Where the shards should be there are too few; perhaps some are where nobody expects them. */
    private int readFromAnywhere(String object, TooFewShards failure, long offset, ByteBuffer target)
            throws IOException {
        int begin = target.position();
        try {
            OpenObject found = search(object);
            // What only was late may have come meanwhile.
            if (!failure.unreachable && found.placement().equals(failure.opened.placement())) {
                throw failure;
            }
            return read(object, found, offset, target);
        } catch (TooFewShards e) {
            open.remove(object);
            target.position(begin);
            throw e.typed();
        }
    }

    /** The shards of an object are too few: gone for good, or only out of reach. */
    private static final class TooFewShards extends IOException {
        private static final long serialVersionUID = 1;

        private final transient OpenObject opened;
        private final boolean unreachable;

        TooFewShards(OpenObject opened, Trouble trouble, boolean unreachable) {
            super("object " + opened.stripe() + " on drives " + opened.placement() + " cannot be read: any "
                    + opened.stripe().shape().dataShards() + " of its shards are needed, and fewer are good" + trouble);
            this.opened = opened;
            this.unreachable = unreachable;
            trouble.causes.values().forEach(this::addSuppressed);
        }

        IOException typed() {
            if (unreachable) {
                return new IOException(getMessage() + ". It can be read again when those drives are back", this);
            }
            throw new DamagedException(
                    getMessage() + ". Bring a drive with one of them back, or a copy of the store", this);
        }
    }

    /** The length of an object's image. */
    int imageBytes(String object) throws IOException {
        return open(object).stripe().imageBytes();
    }

    // ---- opening ----------------------------------------------------------------------------------------------------

    /**
     * Finds out what an object's stripe is, from whichever shard answers first.
     *
     * @throws ObjectNotFoundException if no drive has a shard of it, and all have answered
     * @throws DamagedException if too few of those that there are can be read
     * @throws IOException if too few drives answer
     */
    OpenObject open(String object) throws IOException {
        OpenObject known = open.get(object);
        if (known != null) {
            return known;
        }
        Trouble trouble = new Trouble();
        Placement remembered = placements.remembered(object);
        int[] order = placements.order(object);
        int places = remembered == null ? order.length : remembered.shards();
        for (int shard = 0; shard < places && shard < ShardSearch.SHARDS_MAX; shard++) {
            int number = remembered == null ? order[shard] : remembered.drive(shard);
            ShardHead head = fetch.head(object, shard, number, trouble);
            if (head != null) {
                complain(object, trouble, head.stripe().shape().shards());
                fetch.blameSlow(trouble);
                return opened(object, head, remembered, order);
            }
        }
        return search(object, trouble, false);
    }

    /** What was not as it should be is told only once it is clear that there is such an object. */
    private void complain(String object, Trouble trouble, int shards) {
        trouble.bad.forEach((shard, drive) -> {
            if (shard < shards) {
                calls.suspectSwap(drive);
                bad.accept(object, shard);
            }
        });
        trouble.bad.clear();
    }

    private OpenObject opened(String object, ShardHead head, @Nullable Placement remembered, int[] order) {
        Stripe stripe = head.stripe();
        int shards = stripe.shape().shards();
        Placement placement =
                remembered != null && remembered.shards() == shards ? remembered : Placements.byName(order, shards);
        OpenObject opened = new OpenObject(stripe, placement);
        opened.head(head);
        open.put(object, opened);
        return opened;
    }

    /** Looks for the shards of an object on every drive. Throws as {@link #open} does. */
    OpenObject search(String object) throws IOException {
        return search(object, new Trouble(), false);
    }

    /** Like {@link #search}, but waits for every drive: for repair, which makes what is not found. */
    OpenObject searchPatiently(String object) throws IOException {
        return search(object, new Trouble(), true);
    }

    private OpenObject search(String object, Trouble trouble, boolean patient) throws IOException {
        ShardSearch found = ShardSearch.run(drives, calls, object, patient);
        OpenObject opened = found.best();
        if (opened == null) {
            if (found.isComplete()) {
                throw new ObjectNotFoundException("the drives", object);
            }
            throw new IOException("object " + object + " was not found, but not every drive answers" + trouble);
        }
        complain(object, trouble, opened.stripe().shape().shards());
        Placement placement = opened.placement();
        if (placement.shards() - placement.owed() < opened.stripe().shape().dataShards()) {
            throw new TooFewShards(opened, trouble, !found.isComplete()).typed();
        }
        open.put(object, opened);
        return opened;
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    private void readPiece(String object, OpenObject opened, Piece piece, ByteBuffer target) throws IOException {
        Trouble trouble = new Trouble();
        BlockRange range = opened.stripe().blocks(piece);
        ByteBuffer blocks = fetch.blocks(object, opened, range, trouble);
        if (blocks == null) {
            int begin = target.position();
            try {
                reconstruct(object, opened, piece, target, trouble);
                fetch.blameSlow(trouble);
                return;
            } catch (TooFewShards e) {
                // The others cannot help: all that is left is to be patient.
                blocks = fetch.late(opened, trouble);
                if (blocks == null) {
                    throw e;
                }
                target.position(begin);
            }
        }
        target.put(target.position(), blocks, piece.offset() - range.offset(), piece.length());
        target.position(target.position() + piece.length());
    }

    /** Makes a piece of others, trying one after the other until enough of them are good. */
    private void reconstruct(String object, OpenObject opened, Piece piece, ByteBuffer target, Trouble trouble)
            throws IOException {
        List<Integer> candidates = candidates(opened, piece.shard());
        Map<Integer, ByteBuffer> read = new LinkedHashMap<>();
        try {
            reconstruct(object, opened, piece, target, trouble, candidates, read);
        } finally {
            complain(object, trouble, opened.stripe().shape().shards());
        }
    }

    private void reconstruct(
            String object,
            OpenObject opened,
            Piece piece,
            ByteBuffer target,
            Trouble trouble,
            List<Integer> candidates,
            Map<Integer, ByteBuffer> read)
            throws IOException {
        while (true) {
            Optional<Reconstruction> plan = opened.stripe()
                    .reconstruct(
                            piece.shard(),
                            piece.offset(),
                            piece.length(),
                            candidates.stream().mapToInt(Integer::intValue).toArray());
            if (plan.isEmpty()) {
                throw new TooFewShards(opened, trouble, trouble.unreachable);
            }
            Integer failed = fetch.sources(object, opened, plan.get(), read, trouble);
            if (failed == null) {
                decode(opened, plan.get(), read, target);
                return;
            }
            candidates.remove(failed);
        }
    }

    /** All shards but one that may be there, best drives first. */
    private List<Integer> candidates(OpenObject opened, int but) {
        List<Integer> candidates = new ArrayList<>();
        for (int shard = 0; shard < opened.placement().shards(); shard++) {
            Drive drive = drives.drive(opened.placement().drive(shard));
            if (shard != but && drive != null && drive.isReadable()) {
                candidates.add(shard);
            }
        }
        candidates.sort(Comparator.comparingInt(shard -> {
            Drive drive = drives.drive(opened.placement().drive(shard));
            return drive != null && drive.state() == DriveState.SUSPECT ? 1 : 0;
        }));
        return candidates;
    }

    private void decode(OpenObject opened, Reconstruction plan, Map<Integer, ByteBuffer> read, ByteBuffer target) {
        @Nullable ShardHead[] heads = new @Nullable ShardHead[plan.reads().size()];
        @Nullable ByteBuffer[] blocks = new @Nullable ByteBuffer[heads.length];
        for (int i = 0; i < heads.length; i++) {
            BlockRange range = plan.reads().get(i);
            if (range.length() > 0) {
                heads[i] = opened.head(range.shard());
                blocks[i] = read.get(range.shard());
            }
        }
        ShardDecoder decoder = decoders.poll();
        if (decoder == null) {
            decoder = new ShardDecoder();
        }
        try {
            decoder.decode(plan, heads, blocks, target);
        } finally {
            decoders.add(decoder);
        }
    }

    /**
     * Makes a shard, whole, of others: for repair. Throws as {@link #read} does.
     *
     * @param target where to, from its position on, which stays; the limit is set to the end of the shard
     */
    void rebuild(String object, OpenObject opened, int shard, ByteBuffer target) throws IOException {
        Stripe stripe = opened.stripe();
        int start = target.position();
        target.limit(start + stripe.shardBytes(shard)).position(start + stripe.payloadOffset());
        int payloadBytes = stripe.payloadBytes(shard);
        for (int at = 0; at < payloadBytes; at += REBUILD_STEP_BYTES) {
            int length = Math.min(REBUILD_STEP_BYTES, payloadBytes - at);
            try {
                reconstruct(object, opened, new Piece(shard, at, length, 0), target, new Trouble());
            } catch (TooFewShards e) {
                throw e.typed();
            }
        }
        target.position(start);
        ShardHead.seal(stripe, shard, "a new shard of " + object, target);
    }

    /**
     * Gets a shard, whole: from its drive if that gives it right, otherwise made of others. Throws as {@link #read} does.
     *
     * @param target where to, from its position on, which stays; the limit is set to the end of the shard
     */
    void take(String object, OpenObject opened, int shard, ByteBuffer target) throws IOException {
        Stripe stripe = opened.stripe();
        BlockRange all = stripe.blocks(shard, 0, stripe.payloadBytes(shard));
        ByteBuffer payload =
                all.length() == 0 ? ByteBuffer.allocate(0) : fetch.blocks(object, opened, all, new Trouble());
        if (payload == null) {
            rebuild(object, opened, shard, target);
            return;
        }
        int start = target.position();
        target.limit(start + stripe.shardBytes(shard));
        target.put(start + stripe.payloadOffset(), payload, 0, payload.remaining());
        ShardHead.seal(stripe, shard, "a copy of a shard of " + object, target);
    }
}
