package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private final StringWriter err = new StringWriter();

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(message);
            }
        };
    }

    private int codeAfterPrintingTo(OutputStream target, int code) {
        StandardOutput output = new StandardOutput(target);
        PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
        stream.println("facts");
        stream.flush();
        return output.exitCode(code, new PrintWriter(err, true));
    }

    @Test
    void shouldPassOnWhatIsPrinted() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        assertThat(codeAfterPrintingTo(target, 0)).isZero();
        assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("facts" + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldNotEndWellWhenItsOutputIsLost() {
        assertThat(codeAfterPrintingTo(failing("No space left on device"), 0)).isEqualTo(ExitCode.FILES.code());
        assertThat(err.toString()).contains("standard output").contains("No space left on device");
        assertThat(codeAfterPrintingTo(failing("No space left on device"), 4)).isEqualTo(4);
    }

    @Test
    void shouldTakeAReaderThatHasHadEnoughForWell() {
        assertThat(codeAfterPrintingTo(failing("Broken pipe"), 0)).isZero();
        assertThat(err.toString()).isEmpty();
    }
}
