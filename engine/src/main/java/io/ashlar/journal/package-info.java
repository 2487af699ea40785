/**
 * The write-ahead journal: the order of everything that ever changed, and the only thing that a commit waits for.
 *
 * <p>{@link io.ashlar.journal.JournalRecovery} is the way in: it replays what is there, then starts a new life and hands out
 * the open {@link io.ashlar.journal.Journal}; {@link io.ashlar.journal.Journal#create} makes the first one. One thread
 * appends, forces and truncates; any thread reads payloads back, verifies, and asks for room; a maintenance thread
 * preallocates spare segments. No lock is held while waiting for the disk. The bytes are described in {@link
 * io.ashlar.format.SegmentLayout} and {@link io.ashlar.format.FrameLayout}.
 *
 * <p>The package knows nothing of what records mean.
 */
@NullMarked
package io.ashlar.journal;

import org.jspecify.annotations.NullMarked;
