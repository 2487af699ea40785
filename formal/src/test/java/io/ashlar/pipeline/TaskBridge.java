package io.ashlar.pipeline;

import java.util.concurrent.CompletableFuture;

/** Lets a walk of the engine decide late what the pipeline's callers decide at once. */
public final class TaskBridge {
    private TaskBridge() {}

    /**
     * Makes a put that has found its extent already: as if {@link PutStages#admit} had said so.
     *
     * @param task one that is encoded
     */
    public static void hold(PutTask task) {
        task.holding = true;
    }

    /**
     * Hands what a put has stored over to one that takes no reference, or the other way round.
     *
     * @param from is used no more
     * @param to goes on in its place
     */
    public static void handOver(PutTask from, PutTask to) {
        to.id = from.id;
        to.image = from.image;
        to.storing = from.storing;
        to.holding = from.holding;
        to.objectName = from.objectName;
    }

    /**
     * Tells how a put went.
     *
     * @param task the put
     * @return its future
     */
    public static CompletableFuture<?> done(PutTask task) {
        return task.done;
    }
}
