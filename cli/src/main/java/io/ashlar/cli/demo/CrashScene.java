package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.cli.ChildJvm;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A second process stores the JDK; it is killed in the middle of the largest part. */
final class CrashScene implements Scene {
    private static final long MIDDLE_MILLIS = 150;
    private static final long KILL_AFTER_SECONDS = 30;

    @Override
    public String title() {
        return "A second process stores this JDK, part by part; we kill it in the middle (SIGKILL).";
    }

    @Override
    public void play(Stage stage) throws Exception {
        String last = "";
        long start = System.nanoTime();
        try (ChildJvm child = ChildJvm.start(List.of(
                "demo-child",
                "--store",
                stage.store().toString(),
                "--source",
                stage.source().toString()))) {
            // In case it never comes so far.
            CompletableFuture<Void> alarm = CompletableFuture.runAsync(
                    child::kill, CompletableFuture.delayedExecutor(KILL_AFTER_SECONDS, TimeUnit.SECONDS));
            CompletableFuture<Void> soon = alarm;
            for (String line = child.read(); line != null; line = child.read()) {
                stage.goOn();
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "begin" -> last = line.substring("begin ".length());
                    case "last" -> {
                        last = line.substring("last ".length());
                        soon = CompletableFuture.runAsync(
                                child::kill, CompletableFuture.delayedExecutor(MIDDLE_MILLIS, TimeUnit.MILLISECONDS));
                    }
                    case "tree" -> stage.trees().put(words[2], ExtentId.parse(words[1]));
                    case "note" -> stage.notes().put(Integer.valueOf(words[2]), ExtentId.parse(words[1]));
                    default -> throw new DemoFailedException("the second process said: " + line);
                }
            }
            alarm.cancel(false);
            soon.cancel(false);
            Stage.require(child.await() != 0, "the second process ended by itself");
        }
        Stage.require(!stage.notes().isEmpty(), "the second process stored nothing before it was killed");
        stage.say(String.format(
                Locale.ROOT,
                "Killed while it stored %s. Until then it had been told that %d parts and %,d small notes are safe.",
                last,
                stage.trees().size(),
                stage.notes().size()));
        stage.figure(
                "second process, killed",
                -1,
                System.nanoTime() - start,
                stage.notes().size() + " notes");
    }
}
