package io.ashlar.backend.local;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.ExtentBackendContract;
import io.ashlar.testkit.FaultyBackend;
import java.net.URI;

/** A faulty backend without faults is as good as the one beneath. */
class FaultyBackendContractTest extends ExtentBackendContract {

    @Override
    protected ExtentBackend open() {
        return new FaultyBackend(
                new MemoryBackendProvider().open(URI.create("mem:contract"), Contexts.system(false)), 1, nanos -> {});
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
