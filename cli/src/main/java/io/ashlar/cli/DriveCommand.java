package io.ashlar.cli;

import io.ashlar.DriveStatus;
import io.ashlar.ProgressListener;
import io.ashlar.ScrubReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks after the drives of a store. */
@Command(
        name = "drive",
        description = "Looks after the drives of a store.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DriveCommand.Ls.class,
            DriveCommand.Add.class,
            DriveCommand.Replace.class,
            DriveCommand.Drain.class,
            DriveCommand.Remove.class,
            DriveCommand.Rebalance.class
        })
final class DriveCommand extends BaseCommand {
    @Override
    protected ExitCode run() {
        usage();
        return ExitCode.USAGE;
    }

    /** A command that does something with drives. */
    abstract static class OfStore extends StoreCommand {
        abstract ExitCode run(StoreDrives drives) throws Exception;

        @Override
        protected final ExitCode run() throws Exception {
            try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
                return run(of(engine));
            }
        }

        static StoreDrives of(StorageEngine engine) {
            return engine.drives()
                    .orElseThrow(() -> new IllegalArgumentException("the store is in one place, not over drives;"
                            + " 'ashlar create --drive …' makes one that is"));
        }
    }

    /** A command that goes through all objects. */
    abstract static class Walk extends OfStore {
        @Mixin
        private RateLimit limit;

        abstract ScrubReport walk(StoreDrives drives, long bytesPerSecond, ProgressListener listener);

        @Override
        ExitCode run(StoreDrives drives) {
            long start = System.nanoTime();
            ScrubReport report;
            try (Progress progress = progress(false)) {
                report = walk(drives, limit.bytesPerSecond(), progress);
            }
            print(ScrubCommand.facts(report, System.nanoTime() - start));
            if (interrupt().asked()) {
                throw new Interrupted("it was interrupted; what was done stays done, and the same command goes on");
            }
            return report.clean() ? ExitCode.OK : ExitCode.PROBLEMS;
        }
    }

    @Command(name = "ls", description = "Lists the drives, and how they do.")
    static final class Ls extends OfStore {
        @Override
        ExitCode run(StoreDrives drives) {
            boolean well = true;
            if (!json()) {
                out().printf("%5s  %-9s  %-7s  %6s  %9s  %s%n", "drive", "state", "journal", "weight", "free", "where");
            }
            for (DriveStatus drive : drives.list()) {
                String state = drive.state().name().toLowerCase(Locale.ROOT);
                well &= drive.state() != DriveStatus.State.OFFLINE && drive.state() != DriveStatus.State.SUSPECT;
                if (json()) {
                    print(new Facts()
                            .count("number", "drive", drive.number())
                            .text("uri", "where", drive.uri().toString())
                            .text("domain", "domain", drive.domain())
                            .count("weight", "weight", drive.weight())
                            .text("state", "state", state)
                            .flag("full", "full", drive.full())
                            .flag("low", "low on space", drive.low())
                            .count("freeBytes", "free bytes", drive.freeBytes().orElse(-1))
                            .flag("journal", "journal", drive.journal())
                            .count("errors", "errors", drive.errors())
                            .text("problem", "problem", drive.problem().orElse("")));
                } else {
                    out().printf(
                                    "%5d  %-9s  %-7s  %6d  %9s  %s%s%n",
                                    drive.number(),
                                    drive.full() ? "full" : drive.low() && isOnline(drive) ? "low" : state,
                                    drive.journal() ? "yes" : "",
                                    drive.weight(),
                                    drive.freeBytes().isPresent()
                                            ? Quantity.bytes(drive.freeBytes().getAsLong())
                                            : "",
                                    SafeText.of(drive.uri().toString()),
                                    drive.problem()
                                            .map(problem -> "  (" + SafeText.of(problem) + ")")
                                            .orElse(""));
                }
            }
            out().flush();
            return well ? ExitCode.OK : ExitCode.PROBLEMS;
        }

        private static boolean isOnline(DriveStatus drive) {
            return drive.state() == DriveStatus.State.ONLINE;
        }
    }

    @Command(
            name = "add",
            description = {
                "Adds a drive.",
                "Nothing moves by itself: it takes its share of what is written from now on."
            })
    static final class Add extends OfStore {
        @Parameters(paramLabel = "DIR|URI", description = "Where it is; empty, or not there yet.")
        private String where;

        @Option(names = "--domain", description = "What fails together with it. Default: nothing else.")
        private String domain = "";

        @Option(
                names = "--weight",
                defaultValue = "1",
                description = "Its share in relation to the others', such as its capacity. Default: ${DEFAULT-VALUE}.")
        private long weight;

        @Override
        ExitCode run(StoreDrives drives) {
            print(new Facts().count("number", "drive", drives.add(DriveUris.parse(where), domain, weight)));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "replace",
            description = {
                "Puts an empty drive in the place of one that is lost.",
                "'ashlar scrub' makes anew what the old one held, as does the store itself by and by."
            })
    static final class Replace extends OfStore {
        @Parameters(index = "0", paramLabel = "NUMBER", description = "The drive that is lost.")
        private int number;

        @Parameters(index = "1", paramLabel = "DIR|URI", description = "Where the new one is; may be the same place.")
        private String where;

        @Override
        ExitCode run(StoreDrives drives) {
            drives.replace(number, DriveUris.parse(where));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "drain",
            description = {"Moves everything away from a drive.", "If it is interrupted, the same command goes on."})
    static final class Drain extends Walk {
        @Parameters(paramLabel = "NUMBER", description = "The drive.")
        private int number;

        @Override
        ScrubReport walk(StoreDrives drives, long bytesPerSecond, ProgressListener listener) {
            return drives.drain(number, bytesPerSecond, listener);
        }
    }

    @Command(name = "remove", description = "Removes a drive that was drained.")
    static final class Remove extends OfStore {
        @Parameters(paramLabel = "NUMBER", description = "The drive.")
        private int number;

        @Override
        ExitCode run(StoreDrives drives) {
            drives.remove(number);
            return ExitCode.OK;
        }
    }

    @Command(
            name = "rebalance",
            description = {"Moves shards to where they would be put today.", "Moves as few as that takes."})
    static final class Rebalance extends Walk {
        @Option(names = "--after", paramLabel = "CURSOR", description = "Go on behind this object.")
        private String after = "";

        @Override
        ScrubReport walk(StoreDrives drives, long bytesPerSecond, ProgressListener listener) {
            return drives.rebalance(after, bytesPerSecond, listener);
        }
    }
}
