package io.ashlar.cli.killtest;

import io.ashlar.ExtentId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells the parent what the child does: before each operation, and as soon as it is acknowledged. What has been written to
 * the pipe arrives, even if the child is dead by then. Safe for use by many threads.
 */
final class KillReporter {
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private long last;

    synchronized Operation begin(Operation.Kind kind, boolean buffered, int key, String name) {
        Operation operation = new Operation(++last, kind, buffered, key, name);
        say(operation.line());
        return operation;
    }

    void done(Operation operation, @Nullable ExtentId id) {
        say("done " + operation.number() + " " + (id == null ? "-" : id));
    }

    void failed(Throwable failure) {
        failure.printStackTrace();
        say("failed " + failure);
    }

    synchronized void say(String line) {
        out.print(line + "\n");
        out.flush();
    }
}
