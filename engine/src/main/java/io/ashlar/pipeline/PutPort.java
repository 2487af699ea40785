package io.ashlar.pipeline;

import io.ashlar.ExtentId;
import java.util.concurrent.CompletableFuture;

/** The way into the store for extents. */
@FunctionalInterface
public interface PutPort {

    /**
     * Takes an extent.
     *
     * @param task the extent
     * @return the task's future
     * @throws io.ashlar.StorageException if it was not even taken
     */
    CompletableFuture<ExtentId> put(PutTask task);
}
