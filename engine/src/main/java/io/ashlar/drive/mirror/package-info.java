/**
 * Files that are kept equal in several places, so that any of the places may be lost: what a store must have before it can ask its
 * drives for anything, its superblocks and its journal.
 *
 * <p>{@link io.ashlar.drive.mirror.MirroredDisk} is a disk over all of them; {@link io.ashlar.drive.mirror.MirrorRoster} makes durable
 * which of them count.
 */
@NullMarked
package io.ashlar.drive.mirror;

import org.jspecify.annotations.NullMarked;
