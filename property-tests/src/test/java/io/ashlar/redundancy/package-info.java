/**
 * What a store over six drives is seen to bear: {@link io.ashlar.redundancy.RedundancyMain} runs the parts, {@code
 * scripts/redundancy-test.sh} starts it.
 */
@NullMarked
package io.ashlar.redundancy;

import org.jspecify.annotations.NullMarked;
