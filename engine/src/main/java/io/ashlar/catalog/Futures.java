package io.ashlar.catalog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Taking the results of futures that are complete. */
public final class Futures {
    private Futures() {}

    /**
     * Takes the result of a complete future.
     *
     * @param done the future
     * @param <T> its result
     * @return its result
     * @throws RuntimeException what it completed with, itself if it is unchecked
     */
    public static <T> T join(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
