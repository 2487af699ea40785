/**
 * Extents: content with an identity, checksums and a way to read any part of it.
 *
 * <p>{@link io.ashlar.extent.ContentHasher} gives content its id, {@link io.ashlar.extent.ExtentEncoder} makes an image of it,
 * {@link io.ashlar.extent.ExtentReader} reads and verifies an image from an {@link io.ashlar.extent.ExtentSource}. {@link
 * io.ashlar.extent.ExtentNode} lists the children of larger objects, {@link io.ashlar.extent.PackBuilder} puts small images
 * together, {@link io.ashlar.extent.ObjectName} names the objects that backends hold.
 *
 * <p>No class here holds a lock, starts a thread or keeps state of the store. Hashers, encoders and builders belong to one
 * thread; everything else is immutable.
 */
@NullMarked
package io.ashlar.extent;

import org.jspecify.annotations.NullMarked;
