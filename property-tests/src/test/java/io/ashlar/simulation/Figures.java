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
        WITH_TORN_TAIL("  of which found a torn tail"),
        WITH_LOST_RECORDS("  of which lost records that nobody was promised"),
        FAULTS("faults injected"),
        OPENINGS_FAILED("openings that failed for a fault"),
        LATCHED("lives that ended with a failed journal"),
        PUTS_FAILED("puts that failed"),
        REFUSED_FULL("calls refused because the disk was full"),
        REFUSED_BACK_PRESSURE("records refused because the journal was full"),
        DEDUP_HITS("dedup hits"),
        RESURRECTIONS("  of which resurrected garbage"),
        BUSY("puts that found their extent busy"),
        STORED_AGAIN("damaged extents stored again"),
        SWEPT("extents swept"),
        PACKS_REWRITTEN("packs rewritten"),
        CHECKPOINTS("checkpoints"),
        ORPHANS("orphans deleted"),
        READS_PINNED("reads under a pin");

        private final String text;

        Figure(String text) {
            this.text = text;
        }
    }

    private static final Pattern PAIR = Pattern.compile("(\\w+)=(\\d+)");

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
        return line.substring(Math.min(1, line.length()));
    }

    /** Adds what {@link #encode} has written; a figure that there is no more is passed over. */
    void addEncoded(String line) {
        Matcher pairs = PAIR.matcher(line);
        while (pairs.find()) {
            for (Figure figure : Figure.values()) {
                if (figure.name().equals(pairs.group(1))) {
                    add(figure, Long.parseLong(pairs.group(2)));
                }
            }
        }
    }

    /** Counts what a disk has injected. */
    void addFaults(SimulatedDisk disk) {
        for (SimulatedFaults.Kind kind : SimulatedFaults.Kind.values()) {
            add(Figure.FAULTS, disk.faults().injected(kind));
        }
    }

    /** Prints one line a figure. */
    void print(PrintStream out) {
        for (Figure figure : Figure.values()) {
            out.printf(Locale.ROOT, "%,14d  %s%n", get(figure), figure.text);
        }
    }
}
