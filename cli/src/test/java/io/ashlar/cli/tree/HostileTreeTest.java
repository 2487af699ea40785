package io.ashlar.cli.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectWriter;
import io.ashlar.ProgressListener;
import io.ashlar.cli.FakeEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests that nobody honest writes: none may write anything, inside the directory or outside. */
class HostileTreeTest {
    private static final TreeEntry ROOT = directory("");

    @TempDir
    private Path directory;

    private final ExtentStore store = new FakeEngine().extents();
    private Path target;

    @BeforeEach
    void chooseTarget() {
        target = directory.resolve("inner/target");
    }

    private static TreeEntry directory(String path) {
        return new TreeEntry(TreeEntry.Kind.DIRECTORY, RawPath.of(path), 0755, 1, 1, 0, 0, RawPath.EMPTY);
    }

    private static TreeEntry file(String path) {
        return new TreeEntry(TreeEntry.Kind.FILE, RawPath.of(path), 0644, 1, 1, 0, 4, RawPath.EMPTY);
    }

    private static TreeEntry file(String path, long offset, long length) {
        return new TreeEntry(TreeEntry.Kind.FILE, RawPath.of(path), 0644, 1, 1, offset, length, RawPath.EMPTY);
    }

    private static TreeEntry link(String path, String to) {
        return new TreeEntry(TreeEntry.Kind.SYMLINK, RawPath.of(path), 0777, 1, 1, 0, 0, RawPath.of(to));
    }

    static Stream<List<TreeEntry>> hostile() {
        return Stream.of(
                List.of(file("evil")),
                List.of(ROOT, file("../evil")),
                List.of(ROOT, file("..")),
                List.of(ROOT, directory(".."), file("../evil")),
                List.of(ROOT, directory("."), file("./evil")),
                List.of(ROOT, file("/tmp/ashlar-evil")),
                List.of(ROOT, directory("a"), file("a/../../evil")),
                List.of(ROOT, directory("a"), file("a//evil")),
                List.of(ROOT, file("a/")),
                List.of(ROOT, file("nul\0evil")),
                List.of(ROOT, file("a/evil")),
                List.of(ROOT, link("a", "../.."), file("a/evil")),
                List.of(ROOT, link("a", "../.."), directory("a"), file("a/evil")),
                List.of(ROOT, directory("a"), link("a", "../.."), file("a/evil")),
                List.of(ROOT, link("a", "../../evil"), file("a")),
                List.of(ROOT, file("a"), file("a")),
                List.of(ROOT, directory("a"), file("b"), file("a/evil")),
                List.of(ROOT, directory("a"), directory("b"), file("a/evil")),
                List.of(ROOT, ROOT),
                List.of(ROOT, link("a", "")),
                List.of(ROOT, link("a", "x\0y")),
                List.of(ROOT, file("a", 0, 5)),
                List.of(ROOT, file("a", -1, 2)),
                List.of(ROOT, file("a", 1, Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void shouldWriteNothingOfAHostileTree(List<TreeEntry> entries) throws IOException {
        ExtentId tree = store(entries);
        assertThatThrownBy(() -> export(tree)).isInstanceOf(TreeFormatException.class);
        assertThat(directory).isEmptyDirectory();
        assertThat(Path.of("/tmp/ashlar-evil")).doesNotExist();
    }

    @Test
    void shouldExportLinksThatLeadOutsideWithoutFollowingThem() throws IOException {
        export(store(List.of(ROOT, link("a", "../.."), directory("b"), file("b/c"), link("d", "/etc/passwd"))));
        assertThat(Files.readSymbolicLink(target.resolve("a"))).isEqualTo(Path.of("../.."));
        assertThat(target.resolve("b/c")).hasContent("evil");
    }

    @Test
    void shouldRefuseAManifestThatDoesNotMatchItsChecksum() throws IOException {
        byte[] bytes = store.get(store(List.of(ROOT, file("abc")))).clone();
        bytes[4 + TreeLayout.MODE_OFFSET] ^= 1;
        ExtentId flipped = store.put(bytes);
        assertThatThrownBy(() -> export(flipped)).isInstanceOf(TreeFormatException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldRefuseWhatIsNoTree() {
        assertThatThrownBy(() -> export(store.put(new byte[3]))).isInstanceOf(TreeFormatException.class);
        assertThatThrownBy(() -> export(store.put(new byte[300]))).isInstanceOf(TreeFormatException.class);
    }

    private ExtentId store(List<TreeEntry> entries) throws IOException {
        try (ObjectWriter object = store.newObject();
                ManifestSpool manifest = new ManifestSpool()) {
            object.write(ByteBuffer.wrap("evil".getBytes(StandardCharsets.UTF_8)));
            for (TreeEntry entry : entries) {
                manifest.add(entry);
            }
            manifest.appendTo(object);
            return object.finish();
        }
    }

    private void export(ExtentId tree) throws IOException {
        new TreeExport(store, tree, target, false, 2, ProgressListener.NONE).run();
    }
}
