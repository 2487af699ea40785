package io.ashlar.cli;

import java.util.Locale;

/** Writes quantities for people. */
public final class Quantity {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantity() {}

    /**
     * Writes a number of bytes with three digits.
     *
     * @param bytes how many; a negative number keeps its sign
     * @return such as {@code 1.50 MiB}
     */
    public static String bytes(long bytes) {
        if (Math.abs(bytes) < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (Math.abs(value) >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        int digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f %s", value, UNITS[unit]);
    }

    /**
     * Writes a time.
     *
     * @param nanos how long
     * @return in seconds
     */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, nanos < 10_000_000_000L ? "%.2f s" : "%.1f s", nanos / 1e9);
    }

    /**
     * Writes a number with its thousands apart.
     *
     * @param number any
     * @return such as {@code 1,000,000}
     */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * How many megabytes (of a million bytes) a second.
     *
     * @param bytes how many in all
     * @param nanos in what time
     * @return the rate; 0 if no time passed
     */
    public static double megabytesPerSecond(long bytes, long nanos) {
        return nanos <= 0 ? 0 : bytes / 1e6 / (nanos / 1e9);
    }
}
