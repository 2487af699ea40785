/**
 * The kernels of {@code io.ashlar.erasure} on the Vector API.
 *
 * <p>{@link io.ashlar.kernels.vector.VectorKernelProvider} is found by the engine and touches no class of the incubator module before
 * it knows that there is one; everything else here does.
 *
 * <p>One rule keeps these loops fast, on JDK 17 and on newer ones: <b>a loop over vectors calls nothing but the Vector API
 * itself.</b> Its methods are always inlined, while the compiler stops to inline those of anybody else in the middle of a large loop
 * ({@code NodeCountInliningCutoff}), and a vector that passes a call is an object on the heap, at a hundredth of the speed. Hence
 * the repetition.
 */
@NullMarked
package io.ashlar.kernels.vector;

import org.jspecify.annotations.NullMarked;
