/**
 * Several drives as one backend: which there are, how they do, and which of them holds what.
 *
 * <p>{@link io.ashlar.drive.DriveStore} puts it together. {@code Membership} leads drives through their life, {@code Passes} go over
 * all that they hold. {@code DriveMap} says which drives there are, and is repeated on each of them; {@code Rendezvous} says which
 * of them an object's shards belong on, {@code DriveHealth} whether a drive is to be relied on. {@code ShardWriter} and {@code
 * ShardReader} do the work of {@code RedundantBackend}; {@code Repairer} makes what is missing, {@code Mover} moves what is
 * elsewhere, and {@code Healer} and {@code Scrub} find what there is to do. What a name does not tell, {@link
 * io.ashlar.drive.PlacementLog} remembers.
 */
@NullMarked
package io.ashlar.drive;

import org.jspecify.annotations.NullMarked;
