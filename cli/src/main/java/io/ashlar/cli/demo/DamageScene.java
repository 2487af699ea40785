package io.ashlar.cli.demo;

import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.StorageEngine;
import io.ashlar.cli.Directories;
import io.ashlar.cli.Quantity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** One byte of a copy of the store is changed behind its back; fsck finds it. */
final class DamageScene implements Scene {
    private static final int WITNESS_BYTES = 1 << 20;

    @Override
    public String title() {
        return "We copy the store, flip one byte in one of the copy's files, and let fsck look.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        ExtentId witness;
        try (StorageEngine engine = stage.open()) {
            byte[] bytes = new byte[WITNESS_BYTES];
            new SplittableRandom(1).nextBytes(bytes);
            witness = engine.extents().put(bytes);
        }
        Path copy = stage.place("copy");
        Directories.copy(stage.store(), copy);
        Path victim = fileOf(copy, witness);
        long at = Files.size(victim) * 3 / 4;
        flip(victim, at);
        long start = System.nanoTime();
        try (StorageEngine engine = StorageEngine.open(copy)) {
            FsckReport report = engine.fsck(Long.MAX_VALUE, stage.listener());
            stage.goOn();
            Stage.require(!report.clean(), "fsck did not notice the flipped byte " + at + " of " + victim);
            long nanos = System.nanoTime() - start;
            stage.say(String.format(
                    Locale.ROOT,
                    "fsck read %s in %s and found %d problem%s:",
                    Quantity.bytes(report.bytesChecked()),
                    Quantity.seconds(nanos),
                    report.problems(),
                    report.problems() == 1 ? "" : "s"));
            FsckReport.Finding finding = report.findings().get(0);
            stage.say("  " + finding.kind() + " " + finding.object() + ": " + finding.message());
            stage.figure("fsck", report.bytesChecked(), nanos, "found the flipped byte");
        }
    }

    /** The file that holds an extent, or the largest file of the store where names do not tell. */
    private static Path fileOf(Path store, ExtentId id) throws IOException {
        String digest = HexFormat.of().formatHex(id.digest());
        List<Path> files;
        try (Stream<Path> all = Files.walk(store)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        Path largest = files.get(0);
        for (Path file : files) {
            String name = store.relativize(file).toString().replaceAll("[^0-9a-f]", "");
            if (name.contains(digest)) {
                return file;
            }
            boolean journal = store.relativize(file).toString().contains("journal");
            if (!journal && Files.size(file) > Files.size(largest)) {
                largest = file;
            }
        }
        return largest;
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), at);
        }
    }
}
