package io.ashlar.backend.local;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.ExtentBackendContract;
import java.net.URI;

class MemoryBackendContractTest extends ExtentBackendContract {

    @Override
    protected ExtentBackend open() {
        return new MemoryBackendProvider().open(URI.create("mem:contract?maxBytes=12000000"), Contexts.system(false));
    }

    @Override
    protected boolean survivesReopen() {
        return false;
    }

    @Override
    protected boolean locksOutOthers() {
        return false;
    }
}
