package io.ashlar.simulation;

import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a simulation has gone through, so that one sees that it reached what is interesting. For one thread. */
final class Figures {
    /** Something that is counted. */
    enum Figure {
        SEEDS("seeds"),
        LIVES("lives of a process"),
        STEPS("steps"),
        OPERATIONS("operations of the disk"),
        ACKNOWLEDGED("records acknowledged"),
        POINTS("crash points: images drawn and compared"),
        POINTS_QUALIFIED("  of which with a dedup hit, a sweep and a checkpoint in their history"),
        POINTS_OPENED("  of which opened: no image of that life had been the same"),
        POINTS_READ_ONLY("  of which opened for reading only, by the face"),
        POINTS_DEEP("  of which checked in full, used, closed and opened again"),
        POINTS_NESTED("  of which while an image recovered or was checked"),
        POINTS_KILLED("  of which the process alone died"),
        WITH_CHECKPOINT("  of which recovered from a checkpoint"),
        WITH_TWO_CHECKPOINTS("  of which had two checkpoints in force"),
        WITH_REPLAY("  of which replayed records"),
        RECORDS_REPLAYED("    so many records in all"),
        WITH_TORN_TAIL("  of which found a torn tail"),
        WITH_LOST_RECORDS("  of which lost records that nobody was promised"),
        SWITCHES("times that the baton changed hands at a seam"),
        SWITCHES_REFUSED("times that it could not, for a monitor was held"),
        WAITS("calls that waited while others went on"),
        CLOCK_JUMPS("jumps of a clock"),
        FAULTS("faults injected"),
        OPENINGS_FAILED("openings that failed for a fault"),
        DELAYS("  of which delays of a backend"),
        ROTTEN("rotten images: read without a wrong byte"),
        ROTTEN_REFUSED("  of which refused to open"),
        ROTTEN_DAMAGED("  of which told of damaged extents"),
        LATCHED("lives that ended with a failed journal"),
        PUTS_FAILED("puts that failed"),
        REFUSED_FULL("calls refused because the disk was full"),
        WAITED_FOR_ROOM("records that waited because the journal was full"),
        REFUSED_BACK_PRESSURE("  of which were refused, having waited too long"),
        DEDUP_HITS("dedup hits"),
        RESURRECTIONS("  of which resurrected garbage"),
        SAME_HASH("puts that found another content with their hash"),
        BUSY("puts that found their extent busy"),
        STORED_AGAIN("damaged extents stored again"),
        REPLACED("  of which had been another content with the same hash, of which nothing was left to tell"),
        SWEPT("extents swept"),
        PACKS_REWRITTEN("packs rewritten"),
        CHECKPOINTS("checkpoints"),
        ORPHANS("orphans deleted"),
        READS_PINNED("reads under a pin"),
        POLICY_CHANGES("changes of policies"),
        CONVERTED("extents converted to another policy");

        private final String text;

        Figure(String text) {
            this.text = text;
        }
    }

    private static final Pattern PAIR = Pattern.compile("([\\w@]+)=(\\d+)");

    /** Which faults met the engine at what. */
    final FaultTable table = new FaultTable();

    private static final class Sum {
        long value;
    }

    private final EnumMap<Figure, Sum> sums = new EnumMap<>(Figure.class);

    Figures() {
        for (Figure figure : Figure.values()) {
            sums.put(figure, new Sum());
        }
    }

    private Sum sum(Figure figure) {
        return Objects.requireNonNull(sums.get(figure));
    }

    void count(Figure figure) {
        add(figure, 1);
    }

    void add(Figure figure, long number) {
        sum(figure).value += number;
    }

    long get(Figure figure) {
        return sum(figure).value;
    }

    /** Adds those of another run. */
    void add(Figures other) {
        other.sums.forEach((figure, sum) -> add(figure, sum.value));
        table.add(other.table);
    }

    /** Whether there were all those things without which a history proves little. */
    boolean qualify() {
        return get(Figure.DEDUP_HITS) > 0 && get(Figure.SWEPT) > 0 && get(Figure.CHECKPOINTS) > 0;
    }

    /** All that is not zero, in one line. */
    String encode() {
        StringBuilder line = new StringBuilder();
        for (Figure figure : Figure.values()) {
            if (get(figure) != 0) {
                line.append(' ').append(figure.name()).append('=').append(get(figure));
            }
        }
        table.forEach(
                (cell, number) -> line.append(' ').append(cell).append('=').append(number));
        return line.substring(Math.min(1, line.length()));
    }

    /** Adds what {@link #encode} has written; a figure that there is no more is passed over. */
    void addEncoded(String line) {
        Matcher pairs = PAIR.matcher(line);
        while (pairs.find()) {
            if (pairs.group(1).contains("@")) {
                table.addCell(pairs.group(1), Long.parseLong(pairs.group(2)));
            }
            for (Figure figure : Figure.values()) {
                if (figure.name().equals(pairs.group(1))) {
                    add(figure, Long.parseLong(pairs.group(2)));
                }
            }
        }
    }

    /** Counts what a disk has injected into an engine that was doing something. */
    void addFaults(SimulatedDisk disk, Activity activity) {
        for (SimulatedFaults.Kind kind : SimulatedFaults.Kind.values()) {
            long injected = disk.faults().injected(kind);
            if (injected > 0) {
                add(Figure.FAULTS, injected);
                table.count(kind.name(), activity, injected);
            }
        }
    }

    void countFault(String kind, Activity activity) {
        count(Figure.FAULTS);
        table.count(kind, activity, 1);
    }

    /** Prints one line a figure. */
    void print(PrintStream out) {
        for (Figure figure : Figure.values()) {
            out.printf(Locale.ROOT, "%,14d  %s%n", get(figure), figure.text);
        }
        table.print(out);
    }
}
