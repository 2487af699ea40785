package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;

/** Fails to give a file its name: as if the process had ended there, which can then tidy nothing up. */
final class NoRename extends ForwardingDisk {
    private final String file;

    NoRename(String file) {
        super(new SystemDisk());
        this.file = file;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (String.valueOf(from.getFileName()).equals(file)
                || String.valueOf(to.getFileName()).equals(file)) {
            throw new IOException("no more " + file);
        }
        super.rename(from, to);
    }
}
