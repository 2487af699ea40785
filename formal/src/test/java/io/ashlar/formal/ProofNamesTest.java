package io.ashlar.formal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is proved for any size speaks of the same actions and invariants as the specification that is checked for small ones. */
final class ProofNamesTest {
    private static final Path PROOFS = Path.of("coq").toAbsolutePath();

    private static String specification = "";
    private static List<String> actions = List.of();
    private static List<String> invariants = List.of();

    @BeforeAll
    static void readSpecification() throws IOException {
        specification = Files.readString(Tlc.SPECS.resolve("RefcountGc.tla"));
        String next = specification.substring(specification.indexOf("\nNext =="), specification.indexOf("\nSpec =="));
        actions = found("(?<!\\\\in |\\\\)\\b([A-Z]\\w*)\\b", next.substring("\nNext".length()))
                .toList();
        invariants = found("INVARIANTS? (.*)", Files.readString(Tlc.SPECS.resolve("RefcountGc.cfg")))
                .flatMap(line -> Stream.of(line.split(" ")))
                .filter(name -> !name.equals("TypeOK"))
                .toList();
        assertThat(actions).contains("Admit", "Sync", "Crash").doesNotHaveDuplicates();
        assertThat(invariants).contains("NoDangling", "CountsExact");
    }

    @Test
    void everyActionIsInTheInduction() throws IOException {
        List<String> proved = Induction.of(Induction.TEXTS).actions();
        assertThat(proved.get(0)).isEqualTo("Init");
        assertThat(proved.subList(1, proved.size())).containsExactlyInAnyOrderElementsOf(actions);
    }

    @Test
    void everyInvariantIsInTheInduction() throws IOException {
        // Numbers are beyond its logic: what it calls zero is what CountsExact means, by a theorem in coq/.
        assertThat(Induction.of(Induction.TEXTS).conjuncts())
                .containsAll(invariants.stream()
                        .filter(name -> !name.equals("CountsExact"))
                        .toList());
    }

    @Test
    void everyActionIsInTheModel() throws IOException {
        String model = Files.readString(PROOFS.resolve("Model.v"));
        String step = model.substring(model.indexOf("\nInductive step"), model.indexOf("\nInductive reachable"));
        assertThat(found("\n\\| ([A-Z]\\w*)", step)).containsExactlyInAnyOrderElementsOf(actions);
    }

    @Test
    void everyInvariantIsATheorem() throws IOException {
        String safety = Files.readString(PROOFS.resolve("Safety.v"));
        List<String> theorems = found("\nTheorem \\w+ : forall s : state, reachable s -> ([A-Z]\\w*) ", safety)
                .toList();
        assertThat(theorems).containsExactlyInAnyOrderElementsOf(invariants);
    }

    private static Stream<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList()
                .stream();
    }
}
