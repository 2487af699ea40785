package io.ashlar.simulation;

import java.util.SplittableRandom;

/** The few contents that a run puts again and again: most deduplicate, many come back after they were let go. */
final class Contents {
    private final byte[][] contents;

    /**
     * Draws contents.
     *
     * @param twins how many of them have a hash that another one has
     */
    Contents(SplittableRandom random, int count, int inlineThresholdBytes, int twins) {
        int inlineBytes = Math.max(100, inlineThresholdBytes);
        contents = new byte[count][];
        for (int i = 0; i < count; i++) {
            int length = i == 0
                    ? 0
                    : i % 3 == 0 ? inlineBytes + 1 + random.nextInt(3 * inlineBytes) : 1 + random.nextInt(inlineBytes);
            contents[i] = new byte[length];
            random.nextBytes(contents[i]);
        }
        if (twins > 0) {
            byte[] first = Twins.first(random, Twins.BYTES_MIN + random.nextInt(2 * inlineBytes));
            contents[1] = first;
            for (int i = 0; i < twins; i++) {
                contents[2 + i] = Twins.another(first, 1 + i);
            }
        }
    }

    byte[] draw(SplittableRandom random) {
        return contents[random.nextInt(contents.length)];
    }
}
