package io.ashlar.formal;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The invariant of {@code RefcountGc} is inductive for any number of everything, and would not be if an action were wrong. */
final class InductionTest {
    private static final Pattern MUTANT =
            Pattern.compile("mutant: (.*)\naction: (.*)\nbreaks: (.*)\nfind:\n((?:.*\n)+?)put:\n((?:.*\n)*?)end\n");

    /** A wrong action, and a conjunct that it does not keep. */
    record Mutant(String what, String action, String breaks, String find, String put) {
        @Override
        public String toString() {
            return action + ": " + what;
        }
    }

    @ParameterizedTest
    @MethodSource("actions")
    void isKept(String action) throws IOException {
        Induction induction = Induction.of(Induction.TEXTS);
        if (induction.breaks(action).status() == Status.UNSATISFIABLE) {
            return;
        }
        for (String conjunct : induction.conjuncts()) {
            Induction.Verdict verdict = induction.breaks(action, conjunct);
            assertThat(verdict.status())
                    .as("%s keeps %s: %s", action, conjunct, verdict.detail())
                    .isEqualTo(Status.UNSATISFIABLE);
        }
    }

    /** From contradictions anything would follow. */
    @ParameterizedTest
    @MethodSource("actions")
    void isPossible(String action) throws IOException {
        Induction.Verdict verdict = Induction.of(Induction.TEXTS).happens(action);
        assertThat(verdict.status()).as(verdict.detail()).isEqualTo(Status.SATISFIABLE);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isRefuted(Mutant mutant) throws IOException {
        Induction.Verdict verdict =
                Induction.of(Induction.TEXTS).breaks(mutant.action, mutant.breaks, mutant.find, mutant.put);
        assertThat(verdict.status()).as(verdict.detail()).isEqualTo(Status.SATISFIABLE);
    }

    @Test
    void everyMutantIsRead() throws IOException {
        String text = Files.readString(Induction.TEXTS.resolve("mutants.txt"));
        assertThat(mutants()).hasSize(text.split("\nmutant: ", -1).length - 1).hasSizeGreaterThanOrEqualTo(30);
    }

    static List<String> actions() throws IOException {
        return Induction.of(Induction.TEXTS).actions();
    }

    static List<Mutant> mutants() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        Matcher m = MUTANT.matcher(Files.readString(Induction.TEXTS.resolve("mutants.txt")));
        while (m.find()) {
            mutants.add(new Mutant(
                    m.group(1),
                    m.group(2),
                    m.group(3),
                    m.group(4).stripTrailing(),
                    m.group(5).stripTrailing()));
        }
        return mutants;
    }
}
