/**
 * Backends on the machine itself: files in a directory, and memory.
 *
 * <p>The engine gets at them through the providers, {@link io.ashlar.backend.local.FileBackendProvider} for {@code file:}
 * and {@link io.ashlar.backend.local.MemoryBackendProvider} for {@code mem:}. In the file backend, {@code PendingObjects}
 * is where threads meet, {@code FileCommit} is what a sync does, {@code OpenFileCache} keeps files open for reading.
 */
@NullMarked
package io.ashlar.backend.local;

import org.jspecify.annotations.NullMarked;
