package io.ashlar.formal;

import com.microsoft.z3.Context;
import com.microsoft.z3.Params;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks Z3 whether the invariant of {@code smt/invariant.smt2} is inductive: whether it holds at first, and whether an action
 * that begins in a state in which it holds can end in one in which a conjunct does not. No size is bounded, so this holds
 * beyond the models that TLC can search.
 */
final class Induction {
    /** Where the texts are. */
    static final Path TEXTS = Path.of("smt").toAbsolutePath();

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final Pattern VARIABLE = Pattern.compile("^\\(declare-(?:const|fun) (\\S+)", Pattern.MULTILINE);
    private static final Pattern DEFINITION =
            Pattern.compile("^\\(define-fun (\\S+) \\((.*)\\) Bool", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("\\((\\S+) (\\w+)\\)");

    /**
     * What Z3 said.
     *
     * @param status unsatisfiable if the conjunct is kept, satisfiable if it is refuted, unknown if time ran out
     * @param detail the counterexample, or why nothing is known
     */
    record Verdict(Status status, String detail) {}

    private final String declarations;
    private final String actions;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> conjuncts = new ArrayList<>();

    /**
     * Prepares the questions.
     *
     * @param state the text of {@code state.smt2}
     * @param invariant the text of {@code invariant.smt2}
     * @param actions the text of {@code actions.smt2}
     */
    Induction(String state, String invariant, String actions) {
        int cut = state.indexOf("; ---- variables");
        if (cut < 0) {
            throw new IllegalArgumentException("state.smt2 does not say where its variables begin");
        }
        String both = state.substring(cut) + invariant;
        declarations = state + invariant + primed(both);
        this.actions = actions;
        for (Matcher m = DEFINITION.matcher(invariant); m.find(); ) {
            conjuncts.add(m.group(1));
        }
        for (Matcher m = DEFINITION.matcher(actions); m.find(); ) {
            if (Character.isUpperCase(m.group(1).charAt(0))) {
                parameters.put(m.group(1), m.group(2));
            }
        }
    }

    /** The texts of a directory. */
    static Induction of(Path texts) throws IOException {
        return new Induction(
                Files.readString(texts.resolve("state.smt2")),
                Files.readString(texts.resolve("invariant.smt2")),
                Files.readString(texts.resolve("actions.smt2")));
    }

    /** The actions' names, {@code Init} among them. */
    List<String> actions() {
        return List.copyOf(parameters.keySet());
    }

    /** The conjuncts' names. */
    List<String> conjuncts() {
        return List.copyOf(conjuncts);
    }

    /** Whether an action may begin in a state in which the whole invariant holds and end in one in which it does not. */
    Verdict breaks(String action) {
        return breaks(action, "(and " + String.join("! ", conjuncts) + "!)");
    }

    /** Whether an action may begin in a state in which the whole invariant holds and end in one without this conjunct. */
    Verdict breaks(String action, String conjunct) {
        return ask(step(action, actions) + "(assert (not " + after(conjunct) + "))\n");
    }

    /** The same for an action in which a text, which must occur once in it, is replaced by another. */
    Verdict breaks(String action, String conjunct, String find, String put) {
        int begin = actions.indexOf("(define-fun " + action + " ");
        int end = (actions + "\n\n").indexOf("\n\n", begin);
        int found = begin < 0 ? -1 : actions.substring(begin, end).indexOf(find);
        if (found < 0 || actions.substring(begin, end).indexOf(find, found + 1) >= 0) {
            throw new IllegalArgumentException("not once in " + action + ": " + find);
        }
        String mutant = actions.substring(0, begin + found) + put + actions.substring(begin + found + find.length());
        return ask(step(action, mutant) + "(assert (not " + after(conjunct) + "))\n");
    }

    /** Whether an action is possible at all in a state in which the whole invariant holds. */
    Verdict happens(String action) {
        return ask(step(action, actions));
    }

    private static String after(String conjunct) {
        return conjunct.startsWith("(") ? conjunct : conjunct + "!";
    }

    private String step(String action, String definitions) {
        StringBuilder text = new StringBuilder(declarations).append(definitions);
        StringBuilder call = new StringBuilder(action);
        for (Matcher m = PARAMETER.matcher(parameters.get(action)); m.find(); ) {
            text.append("(declare-const $")
                    .append(m.group(1))
                    .append(' ')
                    .append(m.group(2))
                    .append(")\n");
            call.append(" $").append(m.group(1));
        }
        if (!action.equals("Init")) {
            conjuncts.forEach(
                    conjunct -> text.append("(assert ").append(conjunct).append(")\n"));
        }
        boolean alone = call.indexOf(" ") < 0;
        return text.append("(assert ")
                .append(alone ? call : "(" + call + ")")
                .append(")\n")
                .toString();
    }

    private static Verdict ask(String text) {
        try (Context context = new Context()) {
            Solver solver = context.mkSolver();
            Params params = context.mkParams();
            params.add("timeout", TIMEOUT_MILLIS);
            solver.setParameters(params);
            solver.fromString(text);
            Status status = solver.check();
            return new Verdict(
                    status,
                    switch (status) {
                        case SATISFIABLE -> solver.getModel().toString();
                        case UNKNOWN -> solver.getReasonUnknown();
                        case UNSATISFIABLE -> "";
                    });
        }
    }

    /** The same declarations for the state after an action: whatever they declare gets a {@code !} at its end. */
    private static String primed(String text) {
        List<String> names = new ArrayList<>();
        for (Matcher m = VARIABLE.matcher(text); m.find(); ) {
            names.add(Pattern.quote(m.group(1)));
        }
        for (Matcher m = DEFINITION.matcher(text); m.find(); ) {
            names.add(Pattern.quote(m.group(1)));
        }
        Pattern name = Pattern.compile("(?<![\\w!-])(" + String.join("|", names) + ")(?![\\w!-])");
        return name.matcher(text).replaceAll("$1!");
    }
}
