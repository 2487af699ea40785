package io.ashlar.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
@Command
public abstract class BaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable")
    private boolean help;

    @Option(names = "--debug", description = "Print the stack trace of an error.")
    private boolean debug;

    /** Made by the command line. */
    protected BaseCommand() {}

    /**
     * Does what the command is for.
     *
     * @return how the process should end
     * @throws Exception if it cannot be done
     */
    protected abstract ExitCode run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        return run().code();
    }

    final void usage() {
        spec.commandLine().usage(out());
    }

    boolean debug() {
        return debug;
    }

    CliContext context() {
        // Commands may be nested.
        return ((AshlarCommand) spec.root().userObject()).context();
    }

    /**
     * Where facts go.
     *
     * @return standard output
     */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * Where remarks go.
     *
     * @return standard error
     */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /**
     * Tells when to stop.
     *
     * @return the interrupt of this process
     */
    protected final Interrupt interrupt() {
        return context().interrupt();
    }
}
