package io.ashlar.drive;

import io.ashlar.formal.graph.TlaValue.Model;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A state of {@code ErasureQuorum.tla}. Drives, generations and shards are numbered from 1 on; 0 stands for {@code None}.
 *
 * @param disk a bit for each drive, generation and shard: {@link Shape#bit}
 * @param flying likewise
 * @param down a bit for each drive
 * @param tries generations in use
 * @param attempt the one that is being put
 * @param gen the one of the record
 * @param where the drive of each shard of the record; empty without a record
 */
record QuorumState(long disk, long flying, int down, int tries, int attempt, int gen, List<Integer> where) {
    /**
     * The constants of a model.
     *
     * @param drives how many there are
     * @param data shards that are enough
     * @param parity shards more
     * @param quorum shards that are acknowledged
     * @param gens puts at most
     * @param flyingMax shards on their way at most
     */
    record Shape(int drives, int data, int parity, int quorum, int gens, int flyingMax) {
        int shards() {
            return data + parity;
        }

        long bit(int drive, int gen, int shard) {
            return 1L << (((drive - 1) * gens + gen - 1) * shards() + shard - 1);
        }
    }

    boolean has(Shape shape, int drive, int gen, int shard) {
        return (disk & shape.bit(drive, gen, shard)) != 0;
    }

    boolean flies(Shape shape, int drive, int gen, int shard) {
        return (flying & shape.bit(drive, gen, shard)) != 0;
    }

    boolean isUp(int drive) {
        return (down >> drive & 1) == 0;
    }

    boolean isIntact(Shape shape, int shard) {
        int drive = where.get(shard - 1);
        return drive != 0 && isUp(drive) && has(shape, drive, gen, shard);
    }

    /** How many shards of the record are where it says, on drives that answer. */
    int sound(Shape shape) {
        int sound = 0;
        for (int shard = 1; shard <= where.size(); shard++) {
            sound += isIntact(shape, shard) ? 1 : 0;
        }
        return sound;
    }

    /** Reads what TLC says. */
    static QuorumState of(Map<String, Object> values, Shape shape) {
        long disk = 0;
        for (Map.Entry<?, ?> drive : ((Map<?, ?>) get(values, "disk")).entrySet()) {
            for (Object shard : (Collection<?>) drive.getValue()) {
                disk |= bit(shape, number(drive.getKey()), (List<?>) shard);
            }
        }
        long flying = 0;
        for (Object each : (Collection<?>) get(values, "flying")) {
            List<?> pair = (List<?>) each;
            flying |= bit(shape, number(pair.get(0)), (List<?>) pair.get(1));
        }
        int down = 0;
        for (Object drive : (Collection<?>) get(values, "down")) {
            down |= 1 << number(drive);
        }
        int gen = 0;
        List<Integer> where = new ArrayList<>();
        if (get(values, "record") instanceof Map<?, ?> record) {
            gen = number(record.get("gen"));
            for (Object drive : (List<?>) Objects.requireNonNull(record.get("where"))) {
                where.add(number(drive));
            }
        }
        return new QuorumState(
                disk,
                flying,
                down,
                number(get(values, "tries")),
                number(get(values, "attempt")),
                gen,
                List.copyOf(where));
    }

    private static Object get(Map<String, Object> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static long bit(Shape shape, int drive, List<?> shard) {
        return shape.bit(drive, number(shard.get(0)), number(shard.get(1)));
    }

    /** Of a number, a drive called d1, d2 and so on, or None. */
    private static int number(@Nullable Object value) {
        if (value instanceof Integer number) {
            return number;
        }
        String name = ((Model) Objects.requireNonNull(value)).name();
        return name.equals("None") ? 0 : Integer.parseInt(name.substring(1));
    }

    String text(Shape shape) {
        return "disk " + shards(disk, shape) + ", flying " + shards(flying, shape) + ", down "
                + Integer.toBinaryString(down) + ", tries " + tries + ", attempt " + attempt + ", record " + gen + " "
                + where;
    }

    private static String shards(long bits, Shape shape) {
        StringBuilder text = new StringBuilder("{");
        for (int drive = 1; drive <= shape.drives(); drive++) {
            for (int gen = 1; gen <= shape.gens(); gen++) {
                for (int shard = 1; shard <= shape.shards(); shard++) {
                    if ((bits & shape.bit(drive, gen, shard)) != 0) {
                        text.append(" d")
                                .append(drive)
                                .append(':')
                                .append(gen)
                                .append('/')
                                .append(shard);
                    }
                }
            }
        }
        return text.append(" }").toString();
    }
}
