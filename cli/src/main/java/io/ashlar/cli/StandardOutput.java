package io.ashlar.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers whether it failed, which print streams and writers keep to themselves. A reader that has had
 * enough, such as {@code head}, is no failure.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream target;
    private @Nullable IOException failure;

    StandardOutput(OutputStream target) {
        this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            target.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            target.flush();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** What the process ends with: another code than the command's if what it printed did not arrive. */
    int exitCode(int code, PrintWriter err) {
        IOException cause = failure;
        if (cause == null || isClosedPipe(cause)) {
            return code;
        }
        err.println("ashlar: standard output could not be written: " + SafeText.of(String.valueOf(cause.getMessage())));
        return code == ExitCode.OK.code() ? ExitCode.FILES.code() : code;
    }

    private static boolean isClosedPipe(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("Broken pipe") || message.contains("pipe is being closed");
    }
}
