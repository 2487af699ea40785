package io.ashlar.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs out of others, by a seed: the same ones in every build. */
final class Mutator {
    private static final int[] TELLING = {0, 1, 2, 7, 8, 15, 16, 0x20, 0x7F, 0x80, 0xC3, 0xFE, 0xFF};

    private final SplittableRandom random;

    Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] mutated(byte[] seed) {
        byte[] bytes = seed.clone();
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        // Most of what decides lies at the beginning.
        int at = random.nextInt(random.nextInt(3) == 0 ? bytes.length : Math.min(bytes.length, 96));
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) TELLING[random.nextInt(TELLING.length)];
            case 3 -> bytes[at] += (byte) (random.nextInt(5) - 2);
            case 4 ->
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) -random.nextInt(2));
            case 5 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length + 24));
            }
            case 6 -> {
                int length = Math.min(1 + random.nextInt(32), bytes.length - at);
                byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                return longer;
            }
            default -> {
                int from = random.nextInt(bytes.length);
                int length = random.nextInt(Math.min(64, bytes.length - Math.max(at, from)) + 1);
                System.arraycopy(bytes, from, bytes, at, length);
            }
        }
        return bytes;
    }

    byte[] pick(List<byte[]> seeds) {
        return seeds.get(random.nextInt(seeds.size()));
    }
}
