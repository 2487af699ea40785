/**
 * Erasure coding, and the kernels that do the work: any {@code k} of {@code k + m} shards give the others.
 *
 * <p>{@link io.ashlar.erasure.ReedSolomonCode} does the algebra, once for each choice of shards, and hands out a {@link
 * io.ashlar.erasure.CodingPlan}. A {@link io.ashlar.erasure.ShardCoder} carries plans out, over and over, on arrays and on
 * buffers of any kind. What it loops with comes from {@link io.ashlar.erasure.KernelSelection}, and so does the XXH3-128 that
 * gives extents their identity: both kinds of work are a few instructions on very many bytes, and want the same instructions.
 *
 * <p>A process begins with {@link io.ashlar.erasure.PlainKernels}, which need no flag and are fast at once. Others are offered by
 * a {@link io.ashlar.erasure.KernelProvider}. They are slow until the compiler has seen them for a second, so they are tried
 * beside the work, when so much has been done that it will pay, and take over if they were equal, byte for byte, and faster.
 *
 * <p>Codes, plans and the selection are safe for use by many threads; coders, loops and hashes belong to one thread each. Nothing
 * here starts a thread, keeps time of its own or knows a file.
 */
@NullMarked
package io.ashlar.erasure;

import org.jspecify.annotations.NullMarked;
