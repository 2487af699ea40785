package io.ashlar.formal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A specification that was broken on purpose.
 *
 * @param module that is changed
 * @param name what is wrong with it
 * @param model the configuration that it is checked with
 * @param breaks the invariant or property that must not hold any more
 * @param edits what to change, whole lines each
 */
record Mutant(String module, String name, String model, String breaks, List<Edit> edits) {
    /** Where the mutants are: a file for each module. */
    static final Path DIRECTORY = Path.of("mutants").toAbsolutePath();

    /**
     * A change.
     *
     * @param find lines that occur exactly once, each with its end
     * @param put what takes their place
     */
    record Edit(String find, String put) {}

    @Override
    public String toString() {
        return module + "." + breaks + ": " + name;
    }

    /** The changed text of the module. */
    String applyTo(String text) {
        String changed = "\n" + text;
        for (Edit edit : edits) {
            String wanted = "\n" + edit.find;
            int at = changed.indexOf(wanted);
            if (at < 0 || changed.indexOf(wanted, at + 1) >= 0) {
                throw new IllegalStateException(this + ": does not occur exactly once: " + edit.find);
            }
            changed = changed.substring(0, at + 1) + edit.put + changed.substring(at + wanted.length());
        }
        return changed.substring(1);
    }

    /** Reads all mutants there are. */
    static List<Mutant> all() throws IOException {
        List<Mutant> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.sorted().toList()) {
                String module = file.getFileName().toString().replace(".txt", "");
                all.addAll(parse(module, Files.readAllLines(file)));
            }
        }
        return all;
    }

    static List<Mutant> parse(String module, List<String> lines) {
        List<Mutant> mutants = new ArrayList<>();
        Iterator<String> rest = lines.iterator();
        while (rest.hasNext()) {
            String line = rest.next();
            if (line.startsWith("mutant: ")) {
                mutants.add(new Mutant(
                        module, after(line), value("model", rest), value("breaks", rest), new ArrayList<>()));
            } else if (line.equals("find:")) {
                if (mutants.isEmpty()) {
                    throw new IllegalArgumentException(module + ": an edit before the first mutant");
                }
                mutants.get(mutants.size() - 1).edits.add(new Edit(until("put:", rest), until("end", rest)));
            } else if (!line.isEmpty() && !mutants.isEmpty()) {
                throw new IllegalArgumentException(module + ": not understood: " + line);
            }
        }
        for (Mutant mutant : mutants) {
            if (mutant.edits.isEmpty()) {
                throw new IllegalArgumentException(mutant + ": changes nothing");
            }
        }
        return mutants;
    }

    private static String value(String key, Iterator<String> rest) {
        String line = rest.hasNext() ? rest.next() : "";
        if (!line.startsWith(key + ": ")) {
            throw new IllegalArgumentException("no " + key + " but " + line);
        }
        return after(line);
    }

    private static String after(String line) {
        return line.substring(line.indexOf(": ") + 2);
    }

    private static String until(String end, Iterator<String> rest) {
        StringBuilder text = new StringBuilder();
        while (rest.hasNext()) {
            String line = rest.next();
            if (line.equals(end)) {
                return text.toString();
            }
            text.append(line).append('\n');
        }
        throw new IllegalArgumentException("no line says " + end);
    }
}
