package io.ashlar.spi;

/** What may name an object of an {@link ExtentBackend}. For whoever writes a backend. */
public final class ObjectNames {

    /** The length of the longest name, in characters, without a part. */
    public static final int LENGTH_MAX = 200;

    /** Comes before the part, if a name has one: less than every other character, so that the parts of an object follow it. */
    public static final char PART_SEPARATOR = '!';

    /** The length of the longest part, in characters. */
    public static final int PART_LENGTH_MAX = 9;

    private ObjectNames() {}

    /**
     * Tells whether a name is one that an object may have: 1 to {@value #LENGTH_MAX} characters out of {@code a-z 0-9 - _
     * .}, beginning with a letter or digit. A part may follow: {@code !} and 1 to {@value #PART_LENGTH_MAX} letters and digits.
     *
     * @param name any string
     * @return whether it may name an object
     */
    public static boolean isValid(String name) {
        int separator = name.indexOf(PART_SEPARATOR);
        return separator < 0
                ? isWhole(name, name.length())
                : isWhole(name, separator) && isPart(name, separator + 1, name.length());
    }

    /**
     * Tells whether a name is valid and has no part.
     *
     * @param name any string
     * @return whether a backend that divides objects into parts may take it
     */
    public static boolean isWhole(String name) {
        return isWhole(name, name.length());
    }

    private static boolean isPart(String name, int from, int to) {
        if (from == to || to - from > PART_LENGTH_MAX) {
            return false;
        }
        for (int index = from; index < to; index++) {
            if (!isLetterOrDigit(name.charAt(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWhole(String name, int length) {
        if (length == 0 || length > LENGTH_MAX || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int index = 1; index < length; index++) {
            char c = name.charAt(index);
            if (!isLetterOrDigit(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /**
     * Refuses what may not name an object.
     *
     * @param name any string
     * @throws IllegalArgumentException if it is not {@linkplain #isValid valid}
     */
    public static void check(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException("an object's name is 1 to " + LENGTH_MAX
                    + " of a-z 0-9 - _ . and begins with a letter or digit, perhaps with ! and up to " + PART_LENGTH_MAX
                    + " letters and digits behind it, not \""
                    + name.substring(0, Math.min(name.length(), LENGTH_MAX)) + "\"");
        }
    }

    /**
     * Gives a string to start a listing after, so that it begins with the first name of a prefix.
     *
     * @param prefix what the names begin with; may be empty
     * @param after only names greater than this one are wanted; the empty string for all
     * @return a string less than every valid name that begins with the prefix and is greater than {@code after}, and not
     *     less than any other valid name below these
     */
    public static String startAfter(String prefix, String after) {
        if (prefix.isEmpty() || after.compareTo(prefix) >= 0) {
            return after;
        }
        int last = prefix.length() - 1;
        char c = prefix.charAt(last);
        // No valid name lies between this and the prefix, as U+FFFF is in none.
        return c == 0 ? after : prefix.substring(0, last) + (char) (c - 1) + '\uffff';
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
