package io.ashlar.cli.killtest;

import io.ashlar.ExtentId;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that is killed: several threads work on a store until the end. */
@Command(name = "kill-child", hidden = true)
public final class KillChild extends BaseCommand {
    static final int THREADS = 3;

    @Option(names = "--store", required = true)
    private Path store = Path.of("");

    @Option(names = "--seed", required = true)
    private long seed;

    private KillChild() {}

    @Override
    protected ExitCode run() throws Exception {
        KillReporter reporter = new KillReporter();
        List<String> handover = readAll();
        reporter.say("opening");
        try (StorageEngine engine =
                StorageEngine.builder(store).settings(KillContent.settings()).open()) {
            reporter.say("ready");
            List<KillWorker> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(new KillWorker(i, engine.extents(), reporter, seed));
            }
            handover.forEach(line -> give(line, workers));
            for (KillWorker worker : workers) {
                Thread thread = new Thread(worker, "kill-worker");
                thread.setDaemon(true);
                thread.start();
            }
            maintain(engine, reporter);
        }
        return ExitCode.OK;
    }

    private static List<String> readAll() throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    private static void give(String line, List<KillWorker> workers) {
        String[] words = line.split(" ", 4);
        if (words[0].equals("own")) {
            workers.get(Integer.parseInt(words[1])).own(Integer.parseInt(words[2]), ExtentId.parse(words[3]));
        } else {
            // thread-<number>-<index>
            workers.get(Integer.parseInt(words[1].split("-", 3)[1])).bound(words[1]);
        }
    }

    /** Collects and checkpoints now and then, besides what the engine does by itself. */
    private void maintain(StorageEngine engine, KillReporter reporter) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(~seed);
        try {
            while (true) {
                Thread.sleep(random.nextInt(150));
                if (random.nextBoolean()) {
                    engine.collect(false, ProgressListener.NONE);
                } else {
                    engine.checkpoint();
                }
            }
        } catch (RuntimeException e) {
            reporter.failed(e);
        }
    }
}
