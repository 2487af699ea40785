package io.ashlar.cli.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreImageTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPutBackWhateverHappened() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/one"), "one");
        Files.writeString(directory.resolve("two"), "two");
        Files.writeString(directory.resolve("three"), "three");
        Files.createDirectory(directory.resolve("empty"));
        StoreImage image = new StoreImage(directory);

        image.change("a/b/one", "eno".getBytes(StandardCharsets.UTF_8));
        image.change("two", null);
        Files.delete(directory.resolve("three"));
        Files.createDirectories(directory.resolve("new/inner"));
        Files.writeString(directory.resolve("a/new"), "new");
        image.restore();

        assertThat(directory.resolve("a/b/one")).hasContent("one");
        assertThat(directory.resolve("two")).hasContent("two");
        assertThat(directory.resolve("three")).hasContent("three");
        assertThat(directory.resolve("new")).doesNotExist();
        assertThat(directory.resolve("a/new")).doesNotExist();
    }
}
