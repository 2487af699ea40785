/**
 * The superblock: where opening a store begins.
 *
 * <p>{@link io.ashlar.catalog.anchor.SuperblockStore} keeps two alternating copies of a {@link
 * io.ashlar.catalog.anchor.Superblock}, the only thing besides the journal that is ever overwritten. One thread at a time.
 */
@NullMarked
package io.ashlar.catalog.anchor;

import org.jspecify.annotations.NullMarked;
