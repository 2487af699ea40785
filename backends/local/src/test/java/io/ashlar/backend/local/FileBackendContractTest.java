package io.ashlar.backend.local;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.ExtentBackendContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileBackendContractTest extends ExtentBackendContract {

    @TempDir
    Path root;

    @Override
    protected ExtentBackend open() throws IOException {
        return FileBackend.open(root.resolve("store"), Contexts.system(false));
    }

    @Override
    protected int listedObjects() {
        return 1200;
    }

    @Override
    protected boolean survivesReopen() {
        return true;
    }

    @Override
    protected boolean locksOutOthers() {
        return true;
    }
}
