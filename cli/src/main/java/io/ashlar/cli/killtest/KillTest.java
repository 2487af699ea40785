package io.ashlar.cli.killtest;

import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.ChildJvm;
import io.ashlar.cli.Directories;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.Interrupted;
import io.ashlar.cli.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The parent: starts a child, kills it, and looks for everything that the child was told is durable. */
@Command(
        name = "kill-test",
        hidden = true,
        description = {
            "Kills a process that works on a store, again and again, and checks after each kill that",
            "everything it was told is durable is there, with the right bytes and reference counts."
        })
public final class KillTest extends BaseCommand {
    private static final int ROUNDS_OF_A_STORE = 25;
    private static final int KILL_WITHIN_MILLIS = 1500;
    private static final int OPENING_MILLIS = 400;
    private static final int GIVE_UP_SECONDS = 60;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "100",
            description = "How often. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where stores are made. Default: a temporary directory.")
    private @Nullable Path directory;

    @Option(names = "--seed", paramLabel = "N", description = "Where chance begins. Default: the time.")
    private @Nullable Long chosenSeed;

    private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kill-test-killer");
        thread.setDaemon(true);
        return thread;
    });
    private int killed;
    private int duringOpen;
    private long acknowledged;
    private final List<String> violations = new ArrayList<>();

    private KillTest() {}

    @Override
    protected ExitCode run() throws Exception {
        long seed = chosenSeed != null ? chosenSeed : System.nanoTime();
        Path base = directory != null ? Files.createDirectories(directory) : Files.createTempDirectory("ashlar-kill");
        SplittableRandom random = new SplittableRandom(seed);
        long start = System.nanoTime();
        out().println("kill-test: seed " + seed + ", stores in " + base);
        for (int store = 0; killed < kills && violations.isEmpty(); store++) {
            Path place = base.resolve("store-" + seed + "-" + store);
            if (Files.exists(place)) {
                // Kept by an earlier run, whose history nobody remembers.
                continue;
            }
            live(place, random);
            if (violations.isEmpty()) {
                Directories.delete(place);
            } else {
                violations.forEach(violation -> out().println("VIOLATION " + violation));
                out().println("the store is kept in " + place);
            }
        }
        if (directory == null && violations.isEmpty()) {
            Directories.delete(base);
        }
        out().println("kills: " + killed + " (during open: " + duringOpen + "), acknowledged: " + acknowledged
                + ", violations: " + violations.size() + ", seconds: "
                + (System.nanoTime() - start) / 1_000_000_000L);
        out().flush();
        return violations.isEmpty() ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    /** One store, from its creation through many kills. */
    private void live(Path place, SplittableRandom random) throws IOException {
        KillModel model = new KillModel();
        for (int round = 0; round < ROUNDS_OF_A_STORE && killed < kills && violations.isEmpty(); round++) {
            kill(place, model, random, model.handover(KillChild.THREADS), random.nextInt(3) == 0);
            // A crash during or soon after the recovery from a crash.
            while (random.nextInt(3) == 0 && killed < kills && violations.isEmpty()) {
                kill(place, model, random, List.of(), random.nextBoolean());
            }
            if (violations.isEmpty()) {
                check(place, model);
            }
            if (killed % 10 == 0) {
                out().println("killed " + killed + ", acknowledged " + (acknowledged + model.acknowledged()));
                out().flush();
            }
        }
        acknowledged += model.acknowledged();
    }

    private void kill(Path place, KillModel model, SplittableRandom random, List<String> handover, boolean opening)
            throws IOException {
        if (interrupt().asked()) {
            throw new Interrupted("the kill test was interrupted");
        }
        long delay = random.nextInt(opening ? OPENING_MILLIS : KILL_WITHIN_MILLIS);
        String signal = opening ? "opening" : "ready";
        boolean ready = false;
        try (ChildJvm child = ChildJvm.start(List.of(
                "kill-child", "--store", place.toString(), "--seed", String.valueOf(random.nextLong() >>> 1)))) {
            for (String line : handover) {
                child.send(line);
            }
            child.sendEnd();
            var unused = killer.schedule(child::kill, GIVE_UP_SECONDS, TimeUnit.SECONDS);
            for (String line = child.read(); line != null; line = child.read()) {
                String problem = model.hear(line);
                if (problem != null) {
                    violations.add(problem);
                }
                if (line.equals(signal)) {
                    var ignored = killer.schedule(child::kill, delay, TimeUnit.MILLISECONDS);
                }
                ready |= line.equals("ready");
            }
            unused.cancel(false);
            if (child.await() != 137) {
                violations.add("the child ended by itself, with " + child.await());
            }
        }
        model.crash();
        killed++;
        duringOpen += ready ? 0 : 1;
    }

    private void check(Path place, KillModel model) throws IOException {
        long start = System.nanoTime();
        try (StorageEngine engine =
                StorageEngine.builder(place).settings(KillContent.settings()).open()) {
            violations.addAll(new KillCheck(engine, model).run());
        } catch (StorageException e) {
            violations.add(
                    "after the kill, the store fails after " + Quantity.seconds(System.nanoTime() - start) + ": " + e);
            e.printStackTrace();
        }
    }
}
