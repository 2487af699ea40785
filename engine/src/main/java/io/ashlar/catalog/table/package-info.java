/**
 * The durable form of the catalog: immutable sorted tables in extents, and the manifest that names them.
 *
 * <p>A {@link io.ashlar.catalog.table.TableWriter} turns entries in ascending order into a {@link
 * io.ashlar.catalog.table.TableDescriptor}; a {@link io.ashlar.catalog.table.TableStack} lays tables over one another, the
 * newest first; a {@link io.ashlar.catalog.table.TableReader} looks keys up in them through the {@link
 * io.ashlar.catalog.table.PageCache}; {@link io.ashlar.catalog.table.MergePolicy} and {@link
 * io.ashlar.catalog.table.TableMerge} keep the stack low. A {@link io.ashlar.catalog.table.Manifest} is what a checkpoint
 * leaves behind.
 *
 * <p>Threads: descriptors, stacks and manifests are immutable; reader and cache are for any number of threads and hold no
 * lock during I/O; a writer, a cursor or a merge belongs to one thread at a time. Nothing here starts threads, reads the
 * clock or knows where objects are kept: bytes leave through {@link io.ashlar.catalog.table.TableSink} and come back, already
 * verified, through {@link io.ashlar.catalog.table.PageSource}.
 */
@NullMarked
package io.ashlar.catalog.table;

import org.jspecify.annotations.NullMarked;
