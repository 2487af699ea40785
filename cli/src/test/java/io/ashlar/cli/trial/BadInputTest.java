package io.ashlar.cli.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNeverReturnWrongBytesWhateverAFileHolds() throws Exception {
        try (BadInput trial = new BadInput(directory.resolve("store"), 1)) {
            assertThat(trial.cases()).hasSizeGreaterThan(100);
            assertThat(trial.run()).isEmpty();
        }
    }
}
