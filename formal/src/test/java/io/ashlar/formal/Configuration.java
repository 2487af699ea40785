package io.ashlar.formal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration of TLC, as far as it names what must hold.
 *
 * @param text all of it
 * @param invariants that hold in every state
 * @param properties of steps and of whole behaviours
 */
record Configuration(String text, List<String> invariants, List<String> properties) {
    static Configuration read(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> invariants = new ArrayList<>();
        List<String> properties = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            List<String> words = List.of(line.trim().split("\\s+"));
            switch (words.get(0)) {
                case "INVARIANT", "INVARIANTS" -> invariants.addAll(words.subList(1, words.size()));
                case "PROPERTY", "PROPERTIES" -> properties.addAll(words.subList(1, words.size()));
                default -> text.append(line).append('\n');
            }
        }
        return new Configuration(text.toString(), List.copyOf(invariants), List.copyOf(properties));
    }

    /** All that is said to hold. */
    List<String> promises() {
        List<String> all = new ArrayList<>(invariants);
        all.addAll(properties);
        return all;
    }

    /** The text of a configuration that checks nothing but one promise, so that no other one is broken before it. */
    String only(String promise) {
        if (invariants.contains(promise)) {
            return text + "INVARIANT " + promise + "\n";
        }
        if (properties.contains(promise)) {
            return text + "PROPERTY " + promise + "\n";
        }
        throw new IllegalArgumentException("does not check " + promise);
    }
}
