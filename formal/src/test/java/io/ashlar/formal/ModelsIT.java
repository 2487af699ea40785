package io.ashlar.formal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Checks every quick model, and that each is as large as it is said to be: one that shrank would prove less. */
final class ModelsIT {
    @ParameterizedTest
    @CsvFileSource(resources = "/models.csv", numLinesToSkip = 1)
    void holds(String module, String configuration, long distinct, int depth) throws IOException, InterruptedException {
        expect(module, configuration, distinct, depth, 2048);
    }

    static void expect(String module, String configuration, long distinct, int depth, int heapMegabytes)
            throws IOException, InterruptedException {
        Tlc.Result result = new Tlc(Tlc.SPECS).heapMegabytes(heapMegabytes).check(module, configuration);
        System.out.println(module + " " + configuration + " " + result);
        assertThat(result.verdict()).as(result.output()).isEqualTo("ok");
        assertThat(result.distinct()).isEqualTo(distinct);
        // Several workers may reach a state by a longer way first, and TLC then tells of a greater depth.
        assertThat(result.depth()).isGreaterThanOrEqualTo(depth);
    }
}
