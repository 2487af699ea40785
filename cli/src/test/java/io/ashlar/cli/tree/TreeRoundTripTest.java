package io.ashlar.cli.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentStore;
import io.ashlar.ProgressListener;
import io.ashlar.cli.FakeEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRoundTripTest {
    @TempDir
    private Path directory;

    private final ExtentStore store = new FakeEngine().extents();

    private ImportReport copy(Path source, Path target, int threads) throws IOException {
        ImportReport report = new TreeImport(store, source, threads, ProgressListener.NONE).run("tree");
        new TreeExport(store, report.root(), target, false, threads, ProgressListener.NONE).run();
        return report;
    }

    @Test
    void shouldKeepARandomTreeWhateverTheThreads() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        Path source = Files.createDirectory(directory.resolve("source"));
        grow(source, random, 4);
        for (int threads = 1; threads <= 4; threads++) {
            Path target = directory.resolve("target-" + threads);
            ImportReport report = copy(source, target, threads);
            TreeComparison comparison = new TreeComparison();
            assertThat(comparison.differences(source, target)).isEmpty();
            assertThat(comparison.compared())
                    .isEqualTo(report.files() + report.directories() + report.symlinks())
                    .isGreaterThan(50);
        }
    }

    private static void grow(Path at, SplittableRandom random, int depth) throws IOException {
        for (int i = 0; i < 5; i++) {
            Path child = at.resolve(Integer.toString(random.nextInt(1000), 36) + "." + i);
            switch (depth == 0 ? 0 : random.nextInt(3)) {
                case 0 -> {
                    byte[] bytes = new byte[random.nextInt(20) == 0 ? 18 << 20 : random.nextInt(400_000)];
                    random.nextBytes(bytes);
                    Files.write(child, bytes);
                    Files.setLastModifiedTime(
                            child,
                            FileTime.from(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1000) * 1000L)));
                }
                case 1 -> Files.createSymbolicLink(child, Path.of("../x" + i));
                default -> {
                    Files.createDirectory(child);
                    grow(child, random, depth - 1);
                }
            }
        }
    }

    @Test
    void shouldKeepNamesThatAreNoText() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path odd = Path.of(URI.create(source.toUri() + "a%FFb%0A%E9"));
        Files.writeString(odd, "odd");
        Files.createSymbolicLink(source.resolve("link"), odd.getFileName());
        copy(source, directory.resolve("target"), 2);
        Path found = Path.of(URI.create(source.resolveSibling("target").toUri() + "a%FFb%0A%E9"));
        assertThat(found).hasContent("odd");
        assertThat(directory.resolve("target/link")).hasContent("odd");
    }

    @Test
    void shouldKeepDirectoriesThatMayNotBeWrittenOrEntered() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path closed = Files.createDirectories(source.resolve("closed/inner"));
        Files.writeString(closed.resolve("file"), "inside");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-x---"));
        Path target = directory.resolve("target");
        copy(source, target, 2);
        assertThat(Files.getPosixFilePermissions(target.resolve("closed/inner")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-x---"));
        assertThat(new TreeComparison().differences(source, target)).isEmpty();
        for (Path tree : new Path[] {closed, target.resolve("closed/inner")}) {
            Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x---"));
        }
    }

    @Test
    void shouldNoticeADifferenceOfOneByte() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "abc");
        Path target = directory.resolve("target");
        copy(source, target, 1);
        FileTime time = Files.getLastModifiedTime(target.resolve("file"));
        Files.writeString(target.resolve("file"), "abd");
        Files.setLastModifiedTime(target.resolve("file"), time);
        assertThat(new TreeComparison().differences(source, target)).containsExactly("file: differs at byte 2");
    }
}
