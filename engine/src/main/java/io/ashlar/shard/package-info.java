/**
 * Shards: how the image of an object becomes {@code k + m} of them, and how any part of it comes back from any {@code k}.
 *
 * <p>{@link io.ashlar.shard.ShardEncoder} makes the shards of an image. {@link io.ashlar.shard.ShardHead} reads what stands
 * before the payload of one, which tells all about the whole {@link io.ashlar.shard.Stripe}: where each byte of the image
 * lies, and of which blocks of others it can be made. {@link io.ashlar.shard.ShardDecoder} makes it of them, {@link
 * io.ashlar.shard.StripeChecker} compares all of a stripe.
 *
 * <p>All of this is arithmetic on buffers. Whoever holds the drives reads and writes, in parallel and in whatever order pays:
 *
 * <pre>
 *   one head, from any shard   ──► Stripe.pieces(offset, length) ──► Stripe.blocks(piece) ──► read ──► ShardHead.verify
 *   a piece's shard is missing ──► Stripe.reconstruct(piece, available) ──► read ──► ShardDecoder.decode
 *   a shard is to be rebuilt   ──► Stripe.reconstruct(shard, offset, length, available) ──► decode ──► ShardHead.seal
 * </pre>
 *
 * <p>What is wrong with bytes is a {@link io.ashlar.shard.ShardDamagedException} that names the shard: others can stand in for
 * it. No class here starts a thread, keeps time or knows a file. Encoders, decoders and checkers belong to one thread each;
 * everything else is immutable.
 */
@NullMarked
package io.ashlar.shard;

import org.jspecify.annotations.NullMarked;
