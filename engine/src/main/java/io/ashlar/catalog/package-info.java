/**
 * Knows every extent and every name, how many references there are, and where the bytes are.
 *
 * <p>{@link io.ashlar.catalog.Catalog} is the entry point; it opens with the rules that everything rests on. {@link
 * io.ashlar.catalog.Command}s change it, in journal order, on one thread. {@link io.ashlar.catalog.Collector}, {@link
 * io.ashlar.catalog.Checkpointer}, {@link io.ashlar.catalog.Orphans} and {@link io.ashlar.catalog.Fsck} are step-able; the
 * runtime's maintenance thread runs them.
 */
@NullMarked
package io.ashlar.catalog;

import org.jspecify.annotations.NullMarked;
