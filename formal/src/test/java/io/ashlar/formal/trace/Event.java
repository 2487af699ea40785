package io.ashlar.formal.trace;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** An abstract action as a record of TLA+. */
final class Event {
    private final StringBuilder text;

    Event(String action) {
        text = new StringBuilder("[a |-> \"").append(action).append('"');
    }

    Event with(String field, String value) {
        text.append(", ").append(field).append(" |-> \"").append(value).append('"');
        return this;
    }

    Event with(String field, boolean value) {
        text.append(", ").append(field).append(" |-> ").append(value ? "TRUE" : "FALSE");
        return this;
    }

    Event with(String field, int value) {
        text.append(", ").append(field).append(" |-> ").append(value);
        return this;
    }

    Event with(String field, Objects.Copy copy) {
        text.append(", ").append(field).append(" |-> ").append(copy.tla());
        return this;
    }

    Event withList(String field, Collection<String> values) {
        text.append(", ")
                .append(field)
                .append(values.stream()
                        .map(value -> '"' + value + '"')
                        .collect(Collectors.joining(", ", " |-> <<", ">>")));
        return this;
    }

    Event withCopies(String field, Collection<Objects.Copy> copies) {
        text.append(", ")
                .append(field)
                .append(copies.stream().map(Objects.Copy::tla).collect(Collectors.joining(", ", " |-> {", "}")));
        return this;
    }

    Event withPairs(String field, Map<String, String> pairs) {
        text.append(", ")
                .append(field)
                .append(pairs.entrySet().stream()
                        .map(pair -> "<<\"" + pair.getKey() + "\", \"" + pair.getValue() + "\">>")
                        .collect(Collectors.joining(", ", " |-> <<", ">>")));
        return this;
    }

    /** The counts that the engine had afterwards. */
    Event withCounts(Map<String, Integer> counts) {
        text.append(counts.entrySet().stream()
                .map(count -> "<<\"" + count.getKey() + "\", " + count.getValue() + ">>")
                .collect(Collectors.joining(", ", ", n |-> <<", ">>")));
        return this;
    }

    @Override
    public String toString() {
        return text + "]";
    }
}
