package io.ashlar.cli;

import io.ashlar.cli.demo.DemoChild;
import io.ashlar.cli.demo.DemoCommand;
import io.ashlar.cli.killtest.KillChild;
import io.ashlar.cli.killtest.KillTest;
import io.ashlar.cli.trial.BadInputCommand;
import io.ashlar.cli.trial.FlipTestCommand;
import io.ashlar.cli.trial.MillionChild;
import io.ashlar.cli.trial.MillionCommand;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code ashlar}: without a subcommand it prints its usage. */
@Command(
        name = "ashlar",
        description = "Looks after Ashlar stores.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = AshlarCommand.Version.class,
        subcommands = {
            ImportCommand.class,
            ExportCommand.class,
            LsCommand.class,
            StatCommand.class,
            FsckCommand.class,
            GcCommand.class,
            CreateCommand.class,
            DriveCommand.class,
            ScrubCommand.class,
            PolicyCommand.class,
            ReencodeCommand.class,
            KeysCommand.class,
            RebuildCommand.class,
            RmCommand.class,
            CatCommand.class,
            DemoCommand.class,
            DemoChild.class,
            KillTest.class,
            KillChild.class,
            FlipTestCommand.class,
            BadInputCommand.class,
            MillionCommand.class,
            MillionChild.class
        })
public final class AshlarCommand implements Runnable {
    /** Held here: the settings of a logger that nobody holds are lost. */
    private static final Logger ENGINE_LOG = Logger.getLogger("io.ashlar");

    private final CliContext context;

    @Spec
    private CommandSpec spec;

    private AshlarCommand(CliContext context) {
        this.context = context;
    }

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the arguments of the command line
     */
    public static void main(String[] args) {
        // What the engine notes in passing is for logs, not for whoever typed a command.
        ENGINE_LOG.setLevel(Level.WARNING);
        CliContext context = CliContext.real();
        context.interrupt().listen();
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(output), true, StandardCharsets.UTF_8));
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code;
        try {
            code = commandLine(context)
                    .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                    .setErr(err)
                    .execute(args);
            System.out.flush();
            code = output.exitCode(code, err);
        } finally {
            context.interrupt().ended();
        }
        System.exit(code);
    }

    static CommandLine commandLine(CliContext context) {
        Failures failures = new Failures();
        CommandLine command = new CommandLine(new AshlarCommand(context))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
        describeExitCodes(command);
        return command;
    }

    private static void describeExitCodes(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.table());
        command.getSubcommands().values().forEach(AshlarCommand::describeExitCodes);
    }

    CliContext context() {
        return context;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Reads the version that the build wrote beside this class. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = AshlarCommand.class.getResourceAsStream("version.properties")) {
                if (in == null) {
                    throw new IOException("version.properties is missing from the jar of the command line");
                }
                properties.load(in);
            }
            return new String[] {
                "ashlar " + properties.getProperty("version"),
                "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vm.name") + ")"
            };
        }
    }
}
