package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.StorageEngine;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Probe;
import io.ashlar.spi.Threads;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Puts an engine together out of settings and components. For one thread. */
public final class EngineAssembly {
    public EngineAssembly(Path directory) {}

    public void settings(EngineSettings newSettings) {}

    public void readOnly(boolean value) {}

    public void mustExist(boolean value) {}

    public void salvage(boolean value) {}

    public void backend(URI uri) {}

    public void backend(ExtentBackend open) {}

    public void seams(
            @Nullable Disk newDisk,
            @Nullable Clock newClock,
            @Nullable Threads newThreads,
            @Nullable Entropy newEntropy) {}

    public void probe(Probe newProbe) {}

    @SuppressWarnings("DoNotCallSuggester")
    public StorageEngine open() {
        throw new UnsupportedOperationException();
    }
}
