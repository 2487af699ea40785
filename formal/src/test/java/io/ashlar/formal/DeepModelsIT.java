package io.ashlar.formal;

import java.io.IOException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Checks the deep models, which take long: the profile {@code deep} turns them on. */
@EnabledIfSystemProperty(named = "ashlar.formal.deep", matches = "true", disabledReason = "-Pdeep turns it on")
final class DeepModelsIT {
    @ParameterizedTest
    @CsvFileSource(resources = "/deep-models.csv", numLinesToSkip = 1)
    void holds(String module, String configuration, long distinct, int depth) throws IOException, InterruptedException {
        ModelsIT.expect(module, configuration, distinct, depth, 4096);
    }
}
