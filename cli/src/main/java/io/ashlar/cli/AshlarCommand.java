package io.ashlar.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
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
        versionProvider = AshlarCommand.Version.class)
public final class AshlarCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private AshlarCommand() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the arguments of the command line
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new AshlarCommand()).execute(args));
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
