package io.ashlar.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a command found out, in order: a table for people, or one JSON object for programs. The keys of the JSON are part of
 * what scripts rely on. For one thread.
 */
public final class Facts {
    private final List<Fact> facts = new ArrayList<>();

    private record Fact(String key, String label, String text, Object value) {}

    /** Makes an empty list. */
    public Facts() {}

    /**
     * Adds a number.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param value the number
     * @return this
     */
    public Facts count(String key, String label, long value) {
        return add(key, label, Quantity.count(value), value);
    }

    /**
     * Adds a number of bytes.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param bytes the number
     * @return this
     */
    public Facts bytes(String key, String label, long bytes) {
        return add(key, label, Quantity.bytes(bytes), bytes);
    }

    /**
     * Adds a time; JSON gets seconds.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param nanos the time
     * @return this
     */
    public Facts seconds(String key, String label, long nanos) {
        return add(key, label, Quantity.seconds(nanos), nanos / 1e9);
    }

    /**
     * Adds a number with a fraction.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param value the number
     * @param unit is printed behind it for people
     * @return this
     */
    public Facts ratio(String key, String label, double value, String unit) {
        return add(key, label, String.format(Locale.ROOT, "%.2f%s", value, unit), value);
    }

    /**
     * Adds text.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param text anything; escaped where it is printed for people
     * @return this
     */
    public Facts text(String key, String label, String text) {
        return add(key, label, SafeText.of(text), text);
    }

    /**
     * Adds a yes or no.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param value which
     * @return this
     */
    public Facts flag(String key, String label, boolean value) {
        return add(key, label, value ? "yes" : "no", value);
    }

    /**
     * Adds a list of lines, if there are any; JSON gets an array in any case.
     *
     * @param key its key in JSON
     * @param label its label for people
     * @param lines the lines, safe to print
     * @return this
     */
    public Facts lines(String key, String label, List<String> lines) {
        return add(key, label, String.join("\n", lines), List.copyOf(lines));
    }

    private Facts add(String key, String label, String text, Object value) {
        facts.add(new Fact(key, label, text, value));
        return this;
    }

    /**
     * Prints everything.
     *
     * @param out where to
     * @param json one JSON object on a line, instead of a table
     */
    public void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(json());
        } else {
            printTable(out);
        }
        out.flush();
    }

    private void printTable(PrintWriter out) {
        int width = facts.stream().mapToInt(fact -> fact.label.length()).max().orElse(0);
        for (Fact fact : facts) {
            if (fact.text.isEmpty()) {
                continue;
            }
            if (fact.value instanceof List<?>) {
                out.println(fact.label + ":");
                fact.text.lines().forEach(line -> out.println("  " + line));
            } else {
                out.println(fact.label + " ".repeat(width - fact.label.length() + 2) + fact.text);
            }
        }
    }

    private String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            write(json);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return text.toString();
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Fact fact : facts) {
            json.writeFieldName(fact.key);
            if (fact.value instanceof Long number) {
                json.writeNumber(number);
            } else if (fact.value instanceof Double number) {
                // Figures, not measurements of molecules.
                json.writeNumber(Math.rint(number * 1e6) / 1e6);
            } else if (fact.value instanceof Boolean flag) {
                json.writeBoolean(flag);
            } else if (fact.value instanceof List<?> lines) {
                json.writeStartArray();
                for (Object line : lines) {
                    json.writeString(line.toString());
                }
                json.writeEndArray();
            } else {
                json.writeString(fact.value.toString());
            }
        }
        json.writeEndObject();
    }
}
