package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an upper layer does: holds each shard on a drive of its own, and reads from those that are left. Counts what it reads. */
final class ShardDrives {
    static final String NAME = "e-x99aa06d3014798d86001c324468d497f-00-0000002a-000000000000000f";

    final byte[][] shards;
    final @Nullable ShardHead[] heads;
    final Stripe stripe;
    private final ShardDecoder decoder = new ShardDecoder();
    private int readBytes;

    ShardDrives(byte[][] shards) {
        this.shards = shards;
        heads = new ShardHead[shards.length];
        for (int i = 0; i < shards.length; i++) {
            heads[i] = ShardHead.parse(ByteBuffer.wrap(shards[i]), NAME, i, "drive " + i);
        }
        stripe = heads[0].stripe();
    }

    static ShardDrives of(StripeShape shape, byte[] image) {
        return new ShardDrives(encode(shape, image));
    }

    static byte[][] encode(StripeShape shape, byte[] image) {
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(shape, NAME, 0, ByteBuffer.wrap(image));
        ByteBuffer[] buffers = new ByteBuffer[shape.shards()];
        Arrays.setAll(buffers, i -> ByteBuffer.allocate(encoder.shardBytes(i)));
        encoder.encode(buffers);
        return Arrays.stream(buffers).map(ShardImages::bytes).toArray(byte[][]::new);
    }

    /** Takes shards away until only as many are left as it takes. */
    ShardDrives lose(SplittableRandom random) {
        for (int lost = 0; lost < stripe.shape().parityShards(); ) {
            int drive = random.nextInt(heads.length);
            if (heads[drive] != null) {
                heads[drive] = null;
                lost++;
            }
        }
        return this;
    }

    ShardDrives lose(int... drives) {
        for (int drive : drives) {
            heads[drive] = null;
        }
        return this;
    }

    int[] available() {
        TreeSet<Integer> there = new TreeSet<>();
        for (int i = 0; i < heads.length; i++) {
            if (heads[i] != null) {
                there.add(i);
            }
        }
        return there.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many bytes of payloads were read since the last time. */
    int takeReadBytes() {
        int bytes = readBytes;
        readBytes = 0;
        return bytes;
    }

    ByteBuffer blocks(BlockRange range) {
        if (range.length() == 0) {
            return ByteBuffer.allocate(0);
        }
        readBytes += range.length();
        return ByteBuffer.wrap(shards[range.shard()], range.objectOffset(), range.length());
    }

    byte[] readAll() {
        return read(0, stripe.imageBytes());
    }

    /** Reads a range of the image, whatever is lost. */
    byte[] read(int offset, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        stripe.copyMetadata(offset, target);
        for (Piece piece : stripe.pieces(offset, length)) {
            if (piece.imageOffset() != offset + target.position()) {
                throw new AssertionError(piece + " leaves a gap");
            }
            target.put(read(piece));
        }
        return ShardImages.bytes(target.flip());
    }

    byte[] read(Piece piece) {
        ShardHead head = heads[piece.shard()];
        if (head == null) {
            return make(stripe.reconstruct(piece, available()));
        }
        BlockRange range = stripe.blocks(piece);
        ByteBuffer blocks = blocks(range);
        head.verify(range, blocks);
        int skip = piece.offset() - range.offset();
        return ShardImages.bytes(blocks.slice(blocks.position() + skip, piece.length()));
    }

    byte[] make(Optional<Reconstruction> found) {
        Reconstruction reconstruction = found.orElseThrow();
        List<BlockRange> reads = reconstruction.reads();
        @Nullable ShardHead[] sources = new ShardHead[reads.size()];
        @Nullable ByteBuffer[] blocks = new ByteBuffer[reads.size()];
        for (int i = 0; i < blocks.length; i++) {
            if (reads.get(i).length() > 0) {
                sources[i] = heads[reads.get(i).shard()];
                blocks[i] = blocks(reads.get(i));
            }
        }
        ByteBuffer target = ByteBuffer.allocate(reconstruction.length());
        decoder.decode(reconstruction, sources, blocks, target);
        if (target.hasRemaining()) {
            throw new AssertionError("not all of " + reconstruction + " was made");
        }
        return target.array();
    }

    /** Makes a shard of those that are left, some blocks at a time. */
    byte[] rebuild(int shard, int stepBytes) {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        made.writeBytes(new byte[stripe.payloadOffset()]);
        int payloadBytes = stripe.payloadBytes(shard);
        for (int at = 0; at < payloadBytes; at += stepBytes) {
            made.writeBytes(make(stripe.reconstruct(shard, at, Math.min(stepBytes, payloadBytes - at), available())));
        }
        ByteBuffer target = ByteBuffer.wrap(made.toByteArray());
        ShardHead.seal(stripe, shard, "new drive", target);
        return target.array();
    }

    /** Compares all shards, some blocks at a time. */
    StripeVerdict check(int stepBytes) {
        StripeChecker checker = new StripeChecker();
        TreeSet<Integer> damaged = new TreeSet<>();
        TreeSet<Integer> contradicting = new TreeSet<>();
        int columnBytes = 0;
        for (int shard = 0; shard < shards.length; shard++) {
            columnBytes = Math.max(columnBytes, stripe.payloadBytes(shard));
        }
        for (int at = 0; at < columnBytes; at += stepBytes) {
            int length = Math.min(stepBytes, columnBytes - at);
            @Nullable ByteBuffer[] blocks = new ByteBuffer[shards.length];
            for (int shard = 0; shard < shards.length; shard++) {
                blocks[shard] = heads[shard] == null ? null : blocks(stripe.blocks(shard, at, length));
            }
            StripeVerdict verdict = checker.check(stripe, at, length, heads, blocks);
            damaged.addAll(verdict.damaged());
            contradicting.addAll(verdict.contradicting());
        }
        return new StripeVerdict(List.copyOf(damaged), List.copyOf(contradicting));
    }

    static int firstRead(byte[] shard) {
        return Math.min(shard.length, ShardLayout.FIRST_READ_BYTES);
    }
}
