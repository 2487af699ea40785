package io.ashlar.simulation;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** Which faults met the engine at what. Bounded by the kinds of faults, of which there are some thirty. For one thread. */
final class FaultTable {
    private final TreeMap<String, EnumMap<Activity, Long>> rows = new TreeMap<>();

    void count(String fault, Activity activity, long number) {
        rows.computeIfAbsent(fault, key -> new EnumMap<>(Activity.class)).merge(activity, number, Long::sum);
    }

    void add(FaultTable other) {
        other.forEach((cell, number) -> addCell(cell, number));
    }

    /** Visits what is not zero, as {@code fault@ACTIVITY}. */
    void forEach(ObjLongConsumer<String> visitor) {
        rows.forEach((fault, cells) ->
                cells.forEach((activity, number) -> visitor.accept(fault + "@" + activity.name(), number)));
    }

    void addCell(String cell, long number) {
        int at = cell.indexOf('@');
        for (Activity activity : Activity.values()) {
            if (activity.name().equals(cell.substring(at + 1))) {
                count(cell.substring(0, at), activity, number);
            }
        }
    }

    void print(PrintStream out) {
        out.printf("%-22s", "met while:");
        for (Activity activity : Activity.values()) {
            out.printf("%11s", activity.heading);
        }
        out.println();
        for (Map.Entry<String, EnumMap<Activity, Long>> row : rows.entrySet()) {
            out.printf("%-22s", row.getKey());
            for (Activity activity : Activity.values()) {
                Long number = row.getValue().get(activity);
                out.printf("%11s", number == null ? "-" : String.format(Locale.ROOT, "%,d", number));
            }
            out.println();
        }
    }
}
