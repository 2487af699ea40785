package io.ashlar.testkit;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Draws what a power loss leaves of the writes to a file that were not forced: each piece of a write that lies in one
 * sector is kept, lost or torn by itself.
 *
 * <p>If every sector tossed its own coin, a large write would practically never be kept or lost as a whole, nor be cut at
 * one place, and those are what recovery code most often gets wrong. So each file first draws a manner in which all its
 * pieces fare.
 *
 * <p>Bytes that were forced are left alone even in a sector of which other bytes were being written: drives are taken to
 * finish or not begin a sector's old bytes (what SQLite calls power-safe overwrite).
 */
final class SimulatedDraw implements SimulatedFate {

    private enum Manner {
        ALL_KEPT,
        ALL_LOST,
        /** Written back in order, up to some byte. */
        HEAD_KEPT,
        /** Written back the other way round. */
        TAIL_KEPT,
        /** Each piece for itself. */
        EACH_ALONE
    }

    private static final Manner[] MANNERS = {
        Manner.ALL_KEPT,
        Manner.ALL_LOST,
        Manner.HEAD_KEPT,
        Manner.HEAD_KEPT,
        Manner.TAIL_KEPT,
        Manner.EACH_ALONE,
        Manner.EACH_ALONE,
        Manner.EACH_ALONE
    };

    private final SimulatedRandom random;
    private final int sectorBytes;
    private final boolean tears;

    private Manner manner = Manner.EACH_ALONE;
    private int keptPercent = 50;
    private long cut;
    private long passedBytes;

    /**
     * Prepares for any number of files.
     *
     * @param tears whether a sector may also be torn, or holds either the old or the new bytes
     */
    SimulatedDraw(SimulatedRandom random, int sectorBytes, boolean tears) {
        this.random = random;
        this.sectorBytes = sectorBytes;
        this.tears = tears;
    }

    @Override
    public BooleanSupplier names() {
        // All, none, or each for itself: a batch of operations mostly shares its fate, as the fate of a journal's
        // commit.
        int toss = random.nextInt(4);
        return () -> toss == 0 || (toss != 1 && random.nextBoolean());
    }

    /** Draws how the next file fares, which has so many bytes to lose. */
    @Override
    public void begin(String file, long pendingBytes) {
        manner = MANNERS[random.nextInt(MANNERS.length)];
        keptPercent = 5 + random.nextInt(91);
        cut = random.nextLong(pendingBytes + 1);
        passedBytes = 0;
    }

    @Override
    public boolean keepsCut() {
        return switch (manner) {
            case ALL_KEPT -> true;
            case ALL_LOST -> false;
            case HEAD_KEPT -> passedBytes <= cut;
            case TAIL_KEPT -> passedBytes > cut;
            case EACH_ALONE -> random.nextBoolean();
        };
    }

    @Override
    public void settle(SimulatedBytes image, long position, byte[] bytes) {
        int from = 0;
        while (from < bytes.length) {
            int length = (int) Math.min(bytes.length - from, sectorBytes - (position + from) % sectorBytes);
            settlePiece(image, position + from, bytes, from, length);
            passedBytes += length;
            from += length;
        }
    }

    private void settlePiece(SimulatedBytes image, long position, byte[] bytes, int from, int length) {
        switch (manner) {
            case ALL_KEPT -> image.write(position, bytes, from, length);
            case ALL_LOST -> lose(image, position, length);
            case HEAD_KEPT -> {
                if (passedBytes + length <= cut) {
                    image.write(position, bytes, from, length);
                } else if (passedBytes < cut && tears) {
                    tear(image, position, bytes, from, length, (int) (cut - passedBytes));
                } else {
                    lose(image, position, length);
                }
            }
            case TAIL_KEPT -> {
                if (passedBytes >= cut) {
                    image.write(position, bytes, from, length);
                } else {
                    lose(image, position, length);
                }
            }
            case EACH_ALONE -> {
                int toss = random.nextInt(100);
                if (toss < keptPercent) {
                    image.write(position, bytes, from, length);
                } else if (tears && (toss & 1) == 0) {
                    tear(image, position, bytes, from, length, random.nextInt(length));
                } else {
                    lose(image, position, length);
                }
            }
        }
    }

    /** The first bytes are new; behind them is what was there, or what was never there. */
    private void tear(SimulatedBytes image, long position, byte[] bytes, int from, int length, int newBytes) {
        image.write(position, bytes, from, newBytes);
        int rest = length - newBytes;
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] junk = junk(image, rest);
                keepUnchanged(image, position + newBytes, bytes, from + newBytes, junk);
                image.write(position + newBytes, junk, 0, rest);
            }
            case 1 -> image.extend(position + length);
            default -> {
                // the old bytes, and the old size
            }
        }
    }

    /**
     * Bytes that a write does not change survive it, torn or not: what appends to a sector that holds something already could
     * not exist otherwise.
     */
    private static void keepUnchanged(SimulatedBytes image, long position, byte[] bytes, int from, byte[] junk) {
        byte[] old = new byte[junk.length];
        int present = image.read(ByteBuffer.wrap(old), position);
        for (int i = 0; i < present; i++) {
            if (old[i] == bytes[from + i]) {
                junk[i] = old[i];
            }
        }
    }

    /**
     * Nothing of it arrives. Behind the end of the file the new size may have arrived all the same: then the range reads as
     * zeros or, if blocks were allotted without being cleared, as whatever lay there.
     */
    private void lose(SimulatedBytes image, long position, int length) {
        long end = position + length;
        if (!tears || end <= image.sizeBytes()) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> image.extend(end);
            case 1 -> {
                int fresh = (int) Math.min(length, end - image.sizeBytes());
                image.write(end - fresh, junk(image, fresh), 0, fresh);
            }
            default -> {
                // the size did not arrive either
            }
        }
    }

    /** Random bytes or, as more of a trap, an old piece of the same file whose checksums are right. */
    private byte[] junk(SimulatedBytes image, int length) {
        byte[] junk = new byte[length];
        long sectors = image.sizeBytes() / sectorBytes;
        if (sectors > 0 && random.nextInt(4) == 0) {
            image.read(ByteBuffer.wrap(junk), random.nextLong(sectors) * sectorBytes);
        } else {
            random.nextBytes(junk, length);
        }
        return junk;
    }
}
