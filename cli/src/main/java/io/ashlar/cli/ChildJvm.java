package io.ashlar.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A second process of this program, to be killed without warning. What it reports comes through its standard output, line by
 * line; a line that its death cut short is dropped. For one thread, except for {@link #kill}.
 */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private ChildJvm(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a child with the same JVM, flags and class path.
     *
     * @param arguments the command line after {@code ashlar}
     * @return the running child
     * @throws IOException if it cannot be started
     */
    public static ChildJvm start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agentlib:") && !flag.startsWith("-javaagent:"))
                .toList());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(AshlarCommand.class.getName());
        command.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * Sends a line to its standard input.
     *
     * @param text without line breaks
     * @throws IOException if it does not listen any more
     */
    public void send(String text) throws IOException {
        process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends what was given to {@link #send}, and tells that no more comes.
     *
     * @throws IOException if it does not listen any more
     */
    public void sendEnd() throws IOException {
        process.getOutputStream().close();
    }

    /**
     * Waits for the next report.
     *
     * @return the line, or null when the child is gone
     */
    public @Nullable String read() {
        try {
            StringBuilder line = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n') {
                    return line.toString();
                }
                line.append((char) c);
            }
            return null;
        } catch (IOException e) {
            // The stream of a killed process may end in an error instead of an end.
            return null;
        }
    }

    /** Kills it with SIGKILL, at once: it learns nothing of it. What it has said before can still be read. */
    public void kill() {
        // Not through the process itself, which would close our end of the pipe with lines in it.
        process.toHandle().destroyForcibly();
    }

    /**
     * Waits until it is gone.
     *
     * @return its exit code; 137 after a kill
     * @throws IOException if it does not go within a minute
     */
    public int await() throws IOException {
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IOException("process " + process.pid() + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for process " + process.pid(), e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        await();
        lines.close();
    }
}
