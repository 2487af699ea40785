/**
 * Extents: content with an identity, checksums and a way to read any part of it.
 *
 * <p>{@link io.ashlar.extent.ContentHasher} gives content its id, {@link io.ashlar.extent.ExtentEncoder} makes an image of it,
 * {@link io.ashlar.extent.ExtentReader} reads and verifies an image from an {@link io.ashlar.extent.ExtentSource}. {@link
 * io.ashlar.extent.ExtentNode} lists the children of larger objects, {@link io.ashlar.extent.PackBuilder} puts small images
 * together, {@link io.ashlar.extent.ObjectName} names the objects that backends hold.
 *
 * <p>Images may be <i>sealed</i>: an {@link io.ashlar.extent.ExtentSealer} compresses and encrypts the pages of an image as an {@link
 * io.ashlar.extent.ExtentEncoding} says, and a reader opens them with an {@link io.ashlar.extent.Unsealer}. {@code ExtentKeys} derives
 * keys, {@code PageCipher} is the cipher, {@code PageDecoder} takes a stored page through checksum, cipher and codec.
 *
 * <p>No class here holds a lock, starts a thread or keeps state of the store. Hashers, encoders, sealers and builders belong to
 * one thread; everything else is immutable, but for the decoders that an unsealer lends.
 */
@NullMarked
package io.ashlar.extent;

import org.jspecify.annotations.NullMarked;
