package io.ashlar.codec;

import io.ashlar.codec.lz4.Lz4Codec;
import io.ashlar.codec.zstd.ZstdCodec;
import io.ashlar.spi.PageCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Pages to test with. */
public final class CodecTesting {
    private CodecTesting() {}

    /** All codecs of this module. */
    public static Stream<PageCodec> codecs() {
        return Stream.of(new Lz4Codec(), new ZstdCodec());
    }

    /** A length that is worth trying: short, about a boundary, or any. */
    public static int length(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1, 40);
            case 1 -> Math.max(1, Math.min(65_536, (1 << random.nextInt(3, 17)) + random.nextInt(-9, 10)));
            case 2 -> random.nextInt(1, 5000);
            default -> random.nextInt(1, 65_537);
        };
    }

    /** Content of one of the kinds that codecs treat in different ways. */
    public static byte[] content(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        switch (random.nextInt(8)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> Arrays.fill(bytes, (byte) random.nextInt(256));
            case 2 -> skewed(random, bytes, 1 + random.nextInt(255));
            case 3 -> repeated(random, bytes, 1 + random.nextInt(40));
            case 4 -> records(random, bytes);
            case 5 -> {
                // One byte that is rare, so that its code is long: each literal half as frequent as the one before.
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) Long.numberOfTrailingZeros(random.nextLong());
                }
            }
            case 6 -> {
                random.nextBytes(bytes);
                repeatedParts(random, bytes);
            }
            default -> {
                skewed(random, bytes, 20);
                repeatedParts(random, bytes);
            }
        }
        return bytes;
    }

    private static void skewed(SplittableRandom random, byte[] bytes, int symbols) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(1 + random.nextInt(symbols)) * 7);
        }
    }

    private static void repeated(SplittableRandom random, byte[] bytes, int period) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i < period ? random.nextInt(256) : bytes[i - period]);
        }
        for (int i = 0; i < bytes.length / 300; i++) {
            bytes[random.nextInt(bytes.length)]++;
        }
    }

    private static void repeatedParts(SplittableRandom random, byte[] bytes) {
        for (int i = 0; i < bytes.length / 50; i++) {
            int length = random.nextInt(3, 100);
            int from = random.nextInt(bytes.length);
            int to = random.nextInt(bytes.length);
            length = Math.min(length, bytes.length - Math.max(from, to));
            System.arraycopy(bytes, from, bytes, to, length);
        }
    }

    private static void records(SplittableRandom random, byte[] bytes) {
        int at = 0;
        for (int id = random.nextInt(100_000); at < bytes.length; id++) {
            String line = "{\"id\":" + id + ",\"name\":\"user" + random.nextInt(10_000) + "\",\"active\":"
                    + random.nextBoolean() + "}\n";
            byte[] record = line.getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(record.length, bytes.length - at);
            System.arraycopy(record, 0, bytes, at, length);
            at += length;
        }
    }
}
