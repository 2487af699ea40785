package io.ashlar.extent;

import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;

/** A codec to test with: pairs of a count and a byte. */
final class RunLengthCodec implements PageCodec {
    static final int CODE = 200;

    private final int firstRunMax;

    RunLengthCodec() {
        this(255);
    }

    /** One that writes the same runs in other ways, as a newer version of a codec might. */
    RunLengthCodec(int firstRunMax) {
        this.firstRunMax = firstRunMax;
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public int maxCompressedBytes(int plainBytes) {
        return 2 * plainBytes;
    }

    @Override
    public Compressor newCompressor() {
        return (source, from, length, target, at, room) -> {
            int written = 0;
            for (int i = from; i < from + length; ) {
                int run = 1;
                int runMax = i == from ? firstRunMax : 255;
                while (run < runMax && i + run < from + length && source[i + run] == source[i]) {
                    run++;
                }
                if (written + 2 > room) {
                    return NO_ROOM;
                }
                target[at + written++] = (byte) run;
                target[at + written++] = source[i];
                i += run;
            }
            return written;
        };
    }

    @Override
    public Decompressor newDecompressor() {
        return (source, from, length, target, at, plainLength) -> {
            int written = 0;
            for (int i = from; i + 1 < from + length; i += 2) {
                for (int run = source[i] & 0xFF; run > 0; run--) {
                    if (written == plainLength) {
                        throw new MalformedPageException("more than " + plainLength + " bytes");
                    }
                    target[at + written++] = source[i + 1];
                }
            }
            if (length % 2 != 0 || written != plainLength) {
                throw new MalformedPageException(written + " bytes instead of " + plainLength);
            }
        };
    }
}
