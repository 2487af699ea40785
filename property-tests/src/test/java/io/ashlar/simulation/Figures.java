package io.ashlar.simulation;

import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Locale;

/** What a simulation has gone through, so that one sees that it reached what is interesting. For one thread. */
final class Figures {
    /** Something that is counted. */
    enum Figure {
        SEEDS("seeds"),
        LIVES("lives of a process"),
        STEPS("steps"),
        OPERATIONS("operations of the disk"),
        ACKNOWLEDGED("records acknowledged"),
        POINTS("crash points: images opened and compared"),
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

    private final EnumMap<Figure, Long> values = new EnumMap<>(Figure.class);

    void count(Figure figure) {
        add(figure, 1);
    }

    void add(Figure figure, long number) {
        values.merge(figure, number, Long::sum);
    }

    long get(Figure figure) {
        return values.getOrDefault(figure, 0L);
    }

    /** Adds those of another run. */
    void add(Figures other) {
        other.values.forEach(this::add);
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
