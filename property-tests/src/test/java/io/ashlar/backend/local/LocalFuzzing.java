package io.ashlar.backend.local;

import static io.ashlar.fuzz.Seeds.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.fuzz.FuzzTarget;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNames;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedEntropy;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The URIs by which backends are opened, and the names of files in their directories. */
public final class LocalFuzzing {
    /** The simulated disk makes each directory of a path with all names above it: memory grows with the square of the depth. */
    private static final int DIRECTORIES_MAX = 64;

    private static final FileLayout LAYOUT = new FileLayout(Path.of("/root"));

    private LocalFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        return List.of(
                new FuzzTarget(
                        "backend-uri",
                        List.of(
                                text("mem:scratch?maxBytes=67108864"),
                                text("mem:"),
                                text("mem:///a"),
                                text("file:///var/lib/data"),
                                text("file:/a%20b/..")),
                        LocalFuzzing::uri),
                new FuzzTarget(
                        "object-file-name",
                        List.of(text("01e-x00.1_a"), text("0fa"), text("ffreadme.txt")),
                        LocalFuzzing::fileName));
    }

    private static boolean uri(byte[] input) throws IOException {
        if (input.length == 0) {
            return false;
        }
        URI uri;
        try {
            uri = new URI(new String(input, StandardCharsets.UTF_8));
        } catch (URISyntaxException e) {
            return false;
        }
        String path = uri.getPath();
        if (path != null && path.chars().filter(c -> c == '/').count() > DIRECTORIES_MAX) {
            return false;
        }
        BackendProvider provider = input[0] == 'm' ? new MemoryBackendProvider() : new FileBackendProvider();
        SimulatedClock clock = new SimulatedClock(0);
        BackendContext context = new BackendContext(
                new SimulatedDisk(1, clock),
                clock,
                new SimulatedThreads(clock, () -> {}),
                new SimulatedEntropy(1),
                false);
        try (ExtentBackend backend = provider.open(uri, context)) {
            assertThat(backend.capabilities()).isNotNull();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The first two characters are the directory, the others the file. */
    private static boolean fileName(byte[] input) {
        String name = new String(input, StandardCharsets.UTF_8);
        if (name.length() < 2) {
            return false;
        }
        int bucket = FileLayout.bucketNumber(name.substring(0, 2));
        String file = name.substring(2);
        if (bucket < 0) {
            return false;
        }
        assertThat(LAYOUT.bucket(bucket).getFileName()).hasToString(name.substring(0, 2));
        if (ObjectNames.isValid(file)) {
            Path path = LAYOUT.object(file);
            assertThat(path.startsWith(LAYOUT.objects())).isTrue();
            assertThat(path.getFileName()).hasToString(file);
            assertThat(FileLayout.isObject(file, FileLayout.bucketOf(file))).isTrue();
        }
        return FileLayout.isObject(file, bucket);
    }
}
