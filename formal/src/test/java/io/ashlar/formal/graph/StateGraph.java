package io.ashlar.formal.graph;

import io.ashlar.formal.Tlc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All states of a model and all steps between them, as TLC dumps them with {@code -dump dot,actionlabels}. States and
 * actions have numbers from zero on. A step that can be taken in several ways (TLC prints each) is one step here.
 *
 * <p>What TLC prints: one line for each state, {@code id [label="text"];}, with {@code ,style = filled} in it for an initial
 * one; one for each step, {@code id -> id [label="action",...];}, which may come before the line of the state it leads to;
 * and lines of layout. In a text, a backslash stands before backslashes and quotes, and {@code \n} is a new line. States
 * that a CONSTRAINT excludes are not there, nor are steps to them.
 *
 * <p>Does not change once it is made, and is safe for use by many threads.
 */
public final class StateGraph {
    private final List<String> texts;
    private final List<String> actions;
    private final int[] initial;
    /** The steps from state s are those from {@code begins[s]} up to {@code begins[s + 1]}, sorted. */
    private final int[] begins;

    /** Target and action of each step. */
    private final long[] steps;

    private StateGraph(List<String> texts, List<String> actions, int[] initial, int[] begins, long[] steps) {
        this.texts = texts;
        this.actions = actions;
        this.initial = initial;
        this.begins = begins;
        this.steps = steps;
    }

    /**
     * Lets TLC check a model and takes over its graph.
     *
     * @param module the module's name
     * @param configuration the configuration's name, without its ending
     * @return the graph
     * @throws IOException if TLC could not be run
     * @throws IllegalStateException if the model does not hold
     */
    public static StateGraph explore(String module, String configuration) throws IOException, InterruptedException {
        return explore(new Tlc(Tlc.SPECS), module, configuration);
    }

    /**
     * Lets TLC check a model and takes over its graph.
     *
     * @param tlc prepared as to directory, heap and so on
     * @param module the module's name
     * @param configuration the configuration's name, without its ending
     * @return the graph
     * @throws IOException if TLC could not be run
     * @throws IllegalStateException if the model does not hold
     */
    public static StateGraph explore(Tlc tlc, String module, String configuration)
            throws IOException, InterruptedException {
        // Who breaks the engine fifty times need not explore the same models fifty times.
        String keptIn = System.getProperty("ashlar.graph.dumps");
        Path kept = keptIn == null ? null : Path.of(keptIn, configuration + ".dot");
        if (kept != null && Files.exists(kept)) {
            try (Reader in = Files.newBufferedReader(kept, StandardCharsets.UTF_8)) {
                return read(in);
            }
        }
        Path dump = Files.createTempFile("graph", ".dot");
        try {
            Tlc.Result result =
                    tlc.option("-dump", "dot,actionlabels", dump.toString()).check(module, configuration);
            if (!result.ok()) {
                throw new IllegalStateException(module + " with " + configuration + ".cfg: " + result.output());
            }
            StateGraph graph;
            try (Reader in = Files.newBufferedReader(dump, StandardCharsets.UTF_8)) {
                graph = read(in);
            }
            if (graph.states() != result.distinct()) {
                throw new IllegalStateException("TLC found " + result.distinct() + " states and dumped "
                        + graph.states() + ": " + result.output());
            }
            if (kept != null) {
                Files.copy(dump, kept);
            }
            return graph;
        } finally {
            Files.delete(dump);
        }
    }

    /**
     * Reads a dump.
     *
     * @param dump read to its end
     * @return the graph
     * @throws IOException if reading failed
     * @throws IllegalArgumentException if it is not a dump, or not a whole one
     */
    public static StateGraph read(Reader dump) throws IOException {
        Loader loader = new Loader();
        BufferedReader lines = new BufferedReader(dump, 1 << 16);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            loader.line(line);
        }
        return loader.finish();
    }

    /**
     * How many states there are.
     *
     * @return their number
     */
    public int states() {
        return texts.size();
    }

    /**
     * How many steps there are.
     *
     * @return their number
     */
    public int edges() {
        return steps.length;
    }

    /**
     * The states in which a behaviour may begin.
     *
     * @return their numbers
     */
    public int[] initial() {
        return initial.clone();
    }

    /**
     * The names of the actions, in the order of their numbers.
     *
     * @return the names
     */
    public List<String> actions() {
        return actions;
    }

    /**
     * What TLC printed for a state.
     *
     * @param state its number
     * @return the text, in lines
     */
    public String text(int state) {
        return texts.get(state);
    }

    /**
     * The variables of a state.
     *
     * @param state its number
     * @return their values by name
     */
    public Map<String, Object> values(int state) {
        return TlaValue.parseState(texts.get(state));
    }

    /**
     * The first step from a state.
     *
     * @param state its number
     * @return the step's number; that of the last one's successor is {@code firstEdge(state + 1)}
     */
    public int firstEdge(int state) {
        return begins[state];
    }

    /**
     * Where a step leads.
     *
     * @param edge its number
     * @return the state's number
     */
    public int target(int edge) {
        return (int) steps[edge];
    }

    /**
     * Which action a step belongs to.
     *
     * @param edge its number
     * @return the action's number
     */
    public int action(int edge) {
        return (int) (steps[edge] >>> 32);
    }

    /**
     * Finds a step.
     *
     * @param from where it begins
     * @param action its action's number
     * @param to where it leads
     * @return its number, or -1 if there is none
     */
    public int edge(int from, int action, int to) {
        int found = Arrays.binarySearch(steps, begins[from], begins[from + 1], (long) action << 32 | to);
        return Math.max(found, -1);
    }

    private static final class Loader {
        private final Map<Long, Integer> numbers = new HashMap<>();
        private final ArrayList<String> texts = new ArrayList<>();
        private final Map<String, Integer> actionNumbers = new HashMap<>();
        private final List<String> actions = new ArrayList<>();
        private int[] initial = {};
        private int[] from = new int[1024];
        private long[] steps = new long[1024];
        private int count;
        private boolean ended;

        void line(String line) {
            int end = 0;
            while (end < line.length()
                    && (Character.isDigit(line.charAt(end)) || (end == 0 && line.charAt(0) == '-'))) {
                end++;
            }
            if (end == 0) {
                // Layout: of a whole dump, the last line closes the outermost brace.
                ended = line.equals("}");
                return;
            }
            int source = number(line, 0, end);
            if (line.startsWith(" -> ", end)) {
                int begin = end + 4;
                int to = number(line, begin, line.indexOf(' ', begin));
                step(source, action(label(line, line.indexOf('[', begin)).toString()), to);
            } else {
                StringBuilder text = new StringBuilder();
                int rest = label(line, end + 1, text);
                texts.set(source, text.toString());
                if (line.indexOf("style = filled", rest) >= 0) {
                    initial = Arrays.copyOf(initial, initial.length + 1);
                    initial[initial.length - 1] = source;
                }
            }
        }

        private int number(String line, int begin, int end) {
            return numbers.computeIfAbsent(Long.parseLong(line, begin, Math.max(begin, end), 10), id -> {
                texts.add("");
                return texts.size() - 1;
            });
        }

        private int action(String name) {
            return actionNumbers.computeIfAbsent(name, unknown -> {
                actions.add(unknown);
                return actions.size() - 1;
            });
        }

        private void step(int source, int action, int to) {
            if (count == steps.length) {
                from = Arrays.copyOf(from, count + count / 2);
                steps = Arrays.copyOf(steps, count + count / 2);
            }
            from[count] = source;
            steps[count++] = (long) action << 32 | to;
        }

        private static StringBuilder label(String line, int bracket) {
            StringBuilder text = new StringBuilder();
            label(line, bracket, text);
            return text;
        }

        /** Takes the label out of an attribute list; returns where it ends. */
        private static int label(String line, int bracket, StringBuilder text) {
            String begin = "[label=\"";
            if (bracket < 0 || !line.startsWith(begin, bracket)) {
                throw new IllegalArgumentException("no label in: " + line);
            }
            for (int at = bracket + begin.length(); at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    return at;
                }
                if (c == '\\' && ++at < line.length()) {
                    c = line.charAt(at) == 'n' ? '\n' : line.charAt(at);
                }
                text.append(c);
            }
            throw new IllegalArgumentException("a label without end: " + line);
        }

        StateGraph finish() {
            int missing = texts.indexOf("");
            if (!ended || missing >= 0 || initial.length == 0) {
                throw new IllegalArgumentException("not a whole dump of a state graph");
            }
            int[] begins = new int[texts.size() + 1];
            for (int i = 0; i < count; i++) {
                begins[from[i] + 1]++;
            }
            for (int s = 0; s < texts.size(); s++) {
                begins[s + 1] += begins[s];
            }
            long[] sorted = new long[count];
            int[] next = Arrays.copyOf(begins, texts.size());
            for (int i = 0; i < count; i++) {
                sorted[next[from[i]]++] = steps[i];
            }
            // Sorted within each state, and each step once.
            int kept = 0;
            for (int s = 0; s < texts.size(); s++) {
                int begin = begins[s];
                int end = begins[s + 1];
                Arrays.sort(sorted, begin, end);
                begins[s] = kept;
                for (int i = begin; i < end; i++) {
                    if (i == begin || sorted[i] != sorted[i - 1]) {
                        sorted[kept++] = sorted[i];
                    }
                }
            }
            begins[texts.size()] = kept;
            texts.trimToSize();
            return new StateGraph(texts, List.copyOf(actions), initial, begins, Arrays.copyOf(sorted, kept));
        }
    }
}
