package io.ashlar.cli.trial;

import io.ashlar.StorageEngine;
import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts some more extents and waits to be killed. */
@Command(name = "million-child", hidden = true)
public final class MillionChild extends BaseCommand {
    @Option(names = "--store", required = true)
    private Path store = Path.of("");

    @Option(names = "--from", required = true)
    private long from;

    @Option(names = "--count", required = true)
    private long count;

    private MillionChild() {}

    @Override
    protected ExitCode run() throws Exception {
        StorageEngine engine = StorageEngine.open(store);
        SmallExtents.put(engine.extents(), from, count);
        out().println("ready");
        out().flush();
        TimeUnit.MINUTES.sleep(1);
        engine.close();
        return ExitCode.OK;
    }
}
