package io.ashlar.drive;

import io.ashlar.spi.ObjectNames;

/** Names of shards: that of the object, {@code !} and the number of the shard in two digits. */
final class ShardNames {
    private static final int DIGITS = 2;

    private ShardNames() {}

    static String of(String object, int shard) {
        return object + ObjectNames.PART_SEPARATOR + (char) ('0' + shard / 10) + (char) ('0' + shard % 10);
    }

    /** What comes before every shard of an object, and before nothing else. */
    static String prefix(String object) {
        return object + ObjectNames.PART_SEPARATOR;
    }

    /** A name that no shard of an object comes after, and no other object before. */
    static String last(String object) {
        return prefix(object) + '~';
    }

    /** Whether a name is one of a shard. */
    static boolean isShard(String name) {
        int separator = name.length() - DIGITS - 1;
        return separator > 0
                && name.charAt(separator) == ObjectNames.PART_SEPARATOR
                && isDigit(name.charAt(separator + 1))
                && isDigit(name.charAt(separator + 2));
    }

    /** The object that a shard is of. */
    static String object(String shardName) {
        return shardName.substring(0, shardName.length() - DIGITS - 1);
    }

    /** The number of a shard. */
    static int shard(String shardName) {
        int length = shardName.length();
        return (shardName.charAt(length - 2) - '0') * 10 + shardName.charAt(length - 1) - '0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
