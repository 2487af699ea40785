package io.ashlar.drive;

import io.ashlar.shard.BlockRange;
import io.ashlar.shard.ShardDamagedException;
import io.ashlar.spi.ObjectNotFoundException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why shards of an object could not be read, for messages: what was tried, in order; and what is to be mended. For one thread. */
final class Trouble {
    final Map<String, Throwable> causes = new LinkedHashMap<>();

    /** What is missing or wrong although its drive answers. */
    final Map<Integer, Drive> bad = new LinkedHashMap<>();

    /** A read that others are asked to make up for, and which may still come. */
    @Nullable
    Late late;

    /** Drives whose heads of shards were not waited for. */
    final List<Drive> slow = new ArrayList<>();

    boolean unreachable;

    /**
     * A read that takes longer than most of its drive.
     *
     * @param drive the drive
     * @param range what is read
     * @param pending the read
     */
    record Late(Drive drive, BlockRange range, PendingRead pending) {}

    void add(int shard, @Nullable Drive drive, Throwable cause) {
        causes.put("shard " + shard + (drive == null ? ", which is owed" : " on " + drive), cause);
    }

    void note(int shard, Drive drive, Exception cause) {
        add(shard, drive, cause);
        if (cause instanceof ObjectNotFoundException || cause instanceof ShardDamagedException) {
            bad.put(shard, drive);
        } else {
            unreachable = true;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        causes.forEach(
                (what, cause) -> text.append("; ").append(what).append(": ").append(cause.getMessage()));
        return text.toString();
    }
}
