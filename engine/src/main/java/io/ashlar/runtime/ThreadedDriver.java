package io.ashlar.runtime;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.pipeline.PutTask;
import io.ashlar.pipeline.WritePipeline;
import java.util.concurrent.CompletableFuture;

/** Drives writes with threads. */
final class ThreadedDriver implements EngineCore.Driver {
    private final WritePipeline pipeline;
    private volatile Runnable wantsRoom = () -> {};

    ThreadedDriver(EngineCore core) {
        pipeline = new WritePipeline(
                core::putStages,
                core.journal(),
                core.commitStage(),
                core.latch(),
                core.threads(),
                core.settings(),
                () -> wantsRoom.run());
    }

    /** Sets who is told that the journal is full. */
    void wantsRoom(Runnable listener) {
        wantsRoom = listener;
    }

    @Override
    public CompletableFuture<ExtentId> put(PutTask task) {
        return pipeline.put(task);
    }

    @Override
    public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
        return pipeline.submit(command, durability, reserved);
    }

    @Override
    public CompletableFuture<Void> control(Control control) {
        return pipeline.control(control);
    }

    @Override
    public boolean hasFailed() {
        return pipeline.hasFailed();
    }

    WritePipeline pipeline() {
        return pipeline;
    }
}
