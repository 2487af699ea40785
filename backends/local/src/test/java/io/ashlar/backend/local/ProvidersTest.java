package io.ashlar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {

    @TempDir
    Path temporary;

    @Test
    void shouldBeFoundByScheme() {
        assertThat(ServiceLoader.load(BackendProvider.class))
                .extracting(BackendProvider::scheme)
                .containsExactlyInAnyOrder("file", "mem");
    }

    @Test
    void shouldOpenADirectoryByUri() throws IOException {
        URI uri = temporary.resolve("a b").toUri();
        try (ExtentBackend backend = new FileBackendProvider().open(uri, Contexts.system(false))) {
            backend.put("a", ByteBuffer.allocate(1));
        }
        assertThat(temporary.resolve("a b/objects")).isDirectory();
    }

    @Test
    void shouldRefuseUrisThatMakeNoSense() {
        for (String uri : List.of("file:relative", "file://host/a", "file:///a?b=c", "file:///a#b", "mem:a")) {
            assertThatIllegalArgumentException()
                    .as(uri)
                    .isThrownBy(() -> new FileBackendProvider().open(URI.create(uri), Contexts.system(true)))
                    .withMessageContaining("file:///var/lib/data");
        }
        for (String uri :
                List.of("mem:a?size=1", "mem:a?maxBytes=", "mem:a?maxBytes=-1", "mem:a?maxBytes=1x", "file:a")) {
            assertThatIllegalArgumentException()
                    .as(uri)
                    .isThrownBy(() -> new MemoryBackendProvider().open(URI.create(uri), Contexts.system(false)))
                    .withMessageContaining("mem:NAME");
        }
    }

    @Test
    void shouldShareNothingBetweenMemoryBackendsOfOneName() throws IOException {
        MemoryBackendProvider provider = new MemoryBackendProvider();
        try (ExtentBackend one = provider.open(URI.create("mem:a"), Contexts.system(false));
                ExtentBackend other = provider.open(URI.create("mem:a"), Contexts.system(false))) {
            one.put("x", ByteBuffer.allocate(1));
            assertThat(other.stat("x")).isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatExceedsTheCapacityAndTakeItAfterADelete() throws IOException {
        URI uri = URI.create("mem:a?maxBytes=10000");
        try (ExtentBackend backend = new MemoryBackendProvider().open(uri, Contexts.system(false))) {
            backend.put("a", ByteBuffer.allocate(6000));
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> backend.put("b", ByteBuffer.allocate(6000)));
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> backend.putIfAbsent("b", ByteBuffer.allocate(6000)));
            assertThat(backend.stat("b")).isEmpty();
            for (int time = 0; time < 10; time++) {
                assertThat(backend.delete("a")).isTrue();
                backend.put("a", ByteBuffer.allocate(3000));
                backend.put("a", ByteBuffer.allocate(3000));
                assertThat(backend.putIfAbsent("a", ByteBuffer.allocate(3000))).isFalse();
            }
            // Empty objects are not free either.
            assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> {
                for (int number = 0; number < 10_000; number++) {
                    backend.put("n" + number, ByteBuffer.allocate(0));
                }
            });
        }
    }

    @Test
    void shouldChangeNothingWhenOpenForReadingOnly() throws IOException {
        try (ExtentBackend backend = new MemoryBackendProvider().open(URI.create("mem:a"), Contexts.system(true))) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> backend.put("a", ByteBuffer.allocate(1)));
        }
    }
}
