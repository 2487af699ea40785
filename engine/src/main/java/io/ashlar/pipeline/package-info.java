/**
 * The way of a write: the payload ring, on which large extents are hashed, deduplicated and placed, and the commit ring, on
 * which the journal is written and the state changes. {@link io.ashlar.pipeline.WritePipeline} wires both.
 *
 * <p>The stages are plain objects whose methods are the critical sections: {@link io.ashlar.pipeline.PutStages}, and {@link
 * io.ashlar.pipeline.CommitStage}, which one thread at a time runs. The rings merely drive them; a simulator drives them
 * itself.
 */
@NullMarked
package io.ashlar.pipeline;

import org.jspecify.annotations.NullMarked;
