package io.ashlar.shard;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ShardLayout;
import io.ashlar.spi.ObjectNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * All that stands before the payload of a shard, verified: what its stripe is, which shard of it this is, and the checksum of
 * each of its blocks.
 *
 * <p>To read one, read {@link ShardLayout#FIRST_READ_BYTES} from the beginning of the object; ask {@link #headBytes} whether
 * that was enough, read the rest if not, and {@link #parse}.
 *
 * <p>Immutable.
 */
public final class ShardHead {
    private final Stripe stripe;
    private final int shard;
    private final String place;
    private final int[] crcs;

    private ShardHead(Stripe stripe, int shard, String place, int[] crcs) {
        this.stripe = stripe;
        this.shard = shard;
        this.place = place;
        this.crcs = crcs;
    }

    /**
     * Tells how many bytes {@link #parse} needs.
     *
     * @param bytes the beginning of a shard, from position to limit; at least 64 bytes, if it has as many
     * @param place where it lies, for messages, such as {@code object e-… of drive 3}
     * @return how many bytes there are before the payload, at most {@link ShardLayout#HEAD_BYTES_MAX}
     * @throws ShardDamagedException if its header is wrong
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     */
    public static int headBytes(ByteBuffer bytes, String place) {
        return ShardHeader.parse(bytes, ShardDamagedException.UNKNOWN, place).payloadOffset();
    }

    /**
     * Reads the head of whatever shard there is: for tools that find objects without knowing what they are.
     *
     * @param bytes the beginning of a shard, from position to limit, both of which stay
     * @param place where it lies, for messages
     * @return the head
     * @throws ShardDamagedException if it is wrong, or not all there
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     */
    public static ShardHead parse(ByteBuffer bytes, String place) {
        return parse(bytes, ShardDamagedException.UNKNOWN, place);
    }

    /**
     * Reads the head of a certain shard.
     *
     * @param bytes the beginning of it, from position to limit, both of which stay
     * @param name the name of the object that it should be a shard of
     * @param shard the number that it should have
     * @param place where it lies, for messages
     * @return the head
     * @throws ShardDamagedException if it is wrong, not all there, or another shard
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     */
    public static ShardHead parse(ByteBuffer bytes, String name, int shard, String place) {
        if (shard < 0) {
            throw new IllegalArgumentException("there is no shard " + shard);
        }
        ShardHead head = parse(bytes, shard, place);
        if (head.shard != shard || !head.stripe.name().equals(name)) {
            throw new ShardDamagedException(shard, place, "it is shard " + head.shard + " of " + head.stripe);
        }
        return head;
    }

    private static ShardHead parse(ByteBuffer bytes, int expected, String place) {
        ShardHeader header = ShardHeader.parse(bytes, expected, place);
        int end = header.payloadOffset();
        if (bytes.remaining() < end) {
            throw new ShardDamagedException(
                    expected, place, "it ends after " + bytes.remaining() + " of the " + end + " bytes of its head");
        }
        ByteBuffer head = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        bytes.get(bytes.position(), head.array());
        StripeFields fields = new StripeFields(
                header.nameBytes(), header.packedBytes(), header.shape().dataShards());
        int[] crcs = new int[ShardLayout.blocks(header.payloadBytes())];
        String problem = read(header, head, fields, crcs);
        if (problem != null) {
            throw new ShardDamagedException(expected, place, problem);
        }
        return new ShardHead(new Stripe(fields), header.index(), place, crcs);
    }

    /** Reads what follows the header, and tells what is wrong with it. */
    private static @Nullable String read(ShardHeader header, ByteBuffer head, StripeFields fields, int[] crcs) {
        int checksums = header.checksumsOffset();
        int end = head.capacity();
        int descriptionBytes = checksums - ShardLayout.HEADER_BYTES;
        if (Crc32c.of(head, ShardLayout.HEADER_BYTES, descriptionBytes) != header.descriptionCrc()) {
            return "its name and metadata do not match their checksum";
        }
        if (Crc32c.of(head, checksums, end - checksums) != header.checksumsCrc()) {
            return "the checksums of its blocks do not match theirs";
        }
        for (int i = 0; i < crcs.length; i++) {
            crcs[i] = head.getInt(checksums + i * ShardLayout.CHECKSUM_BYTES);
        }
        int described = ShardLayout.HEADER_BYTES + header.nameBytes() + header.packedBytes();
        if (!isZero(head, described, checksums)
                || !isZero(head, checksums + crcs.length * ShardLayout.CHECKSUM_BYTES, end)) {
            return "there are values in it where zeros belong";
        }
        return describe(header, head, fields);
    }

    private static boolean isZero(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills in what all shards have in common. The checksums are right, but that need not mean that it makes sense. */
    private static @Nullable String describe(ShardHeader header, ByteBuffer head, StripeFields fields) {
        head.get(ShardLayout.HEADER_BYTES, fields.name);
        fields.nameBytes = header.nameBytes();
        fields.shape = header.shape();
        fields.generation = header.generation();
        fields.imageBytes = header.imageBytes();
        fields.contentCrc = header.contentCrc();
        if (!ObjectNames.isValid(new Stripe(fields).name())) {
            return "its name is none that an object may have";
        }
        if (header.isPaged()) {
            byte[] packed = fields.metadata.bytes().array();
            head.get(ShardLayout.HEADER_BYTES + header.nameBytes(), packed);
            String problem = fields.metadata.take(packed.length, header.packing());
            if (problem != null) {
                return problem;
            }
        }
        int bodyBytes = header.isPaged() ? fields.metadata.bodyBytes() : header.imageBytes();
        if (fields.metadata.metadataBytes() != header.metadataBytes()
                || header.metadataBytes() + bodyBytes != header.imageBytes()) {
            return "its pages are not as long as its header tells";
        }
        fields.divide();
        boolean isDivided = fields.columnBytes() == header.columnBytes()
                && fields.payloadBytes(header.index()) == header.payloadBytes();
        return isDivided ? null : "its header tells of other columns than its pages make";
    }

    /**
     * Puts the head before a payload: the last step of rebuilding a shard. It has all the bytes that the lost one had.
     *
     * @param stripe the stripe
     * @param shard the number of the shard
     * @param place where it will lie, for messages
     * @param target the shard, from its position on, which stays: at {@link Stripe#payloadOffset} its whole payload, before that
     *     anything. The limit is set to the end of the shard
     * @return the head
     * @throws IllegalArgumentException if there is no such shard, or the buffer is read-only or too short; nothing was written
     */
    public static ShardHead seal(Stripe stripe, int shard, String place, ByteBuffer target) {
        int shardBytes = stripe.shardBytes(shard);
        Buffers.requireRoom(target, shardBytes);
        StripeFields fields = stripe.fields();
        int payloadOffset = fields.payloadOffset();
        int start = target.position();
        int[] crcs = new int[ShardLayout.blocks(fields.payloadBytes(shard))];
        for (int block = 0; block < crcs.length; block++) {
            int from = payloadOffset + block * ShardLayout.BLOCK_BYTES;
            crcs[block] = Crc32c.of(target, start + from, Math.min(ShardLayout.BLOCK_BYTES, shardBytes - from));
        }
        ByteBuffer head = ByteBuffer.allocate(payloadOffset).order(ByteOrder.LITTLE_ENDIAN);
        fields.writeHead(shard, crcs, 0, head, new CRC32C());
        target.put(start, head.array());
        target.limit(start + shardBytes);
        return new ShardHead(stripe, shard, place, crcs);
    }

    /**
     * Tells about all shards.
     *
     * @return the stripe
     */
    public Stripe stripe() {
        return stripe;
    }

    /**
     * Tells which shard this is.
     *
     * @return its number
     */
    public int shard() {
        return shard;
    }

    /**
     * Tells where the shard lies.
     *
     * @return as it was given
     */
    public String place() {
        return place;
    }

    /**
     * This head with a stripe that is equal to its own: for whoever keeps many, so that the stripe is in memory once.
     *
     * @param equal the stripe
     * @return a head of that stripe
     * @throws IllegalArgumentException if it is another
     */
    public ShardHead with(Stripe equal) {
        if (!equal.equals(stripe)) {
            throw new IllegalArgumentException("shard " + shard + " in " + place + " is not of the stripe " + equal);
        }
        return new ShardHead(equal, shard, place, crcs);
    }

    /**
     * Checks blocks that were read.
     *
     * @param range which ones: see {@link Stripe#blocks(Piece)}
     * @param bytes what was read, from position to limit, both of which stay
     * @throws ShardDamagedException if they are not what was written, or not all there
     * @throws IllegalArgumentException if this shard has no such blocks
     */
    public void verify(BlockRange range, ByteBuffer bytes) {
        if (!range.equals(stripe.blocks(shard, range.offset(), range.length()))) {
            throw new IllegalArgumentException(range + " are no blocks of shard " + shard + " of " + stripe);
        }
        if (bytes.remaining() < range.length()) {
            throw incomplete(range, bytes.remaining());
        }
        int first = range.offset() >> ShardLayout.BLOCK_BYTES_LOG2;
        for (int from = 0; from < range.length(); from += ShardLayout.BLOCK_BYTES) {
            int block = first + (from >> ShardLayout.BLOCK_BYTES_LOG2);
            int length = Math.min(ShardLayout.BLOCK_BYTES, range.length() - from);
            if (Crc32c.of(bytes, bytes.position() + from, length) != crcs[block]) {
                throw damaged(block);
            }
        }
    }

    ShardDamagedException incomplete(BlockRange range, int bytes) {
        return new ShardDamagedException(
                shard,
                place,
                "only " + bytes + " of " + range.length() + " bytes are there from " + range.objectOffset() + " on");
    }

    ShardDamagedException damaged(int block) {
        return new ShardDamagedException(
                shard, place, "block " + block + " of " + stripe.name() + " does not match its checksum");
    }

    /** The checksums of all blocks; not to be changed. */
    int[] crcs() {
        return crcs;
    }
}
