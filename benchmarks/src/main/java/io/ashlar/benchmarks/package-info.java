/** JMH benchmarks of the engine and its parts. */
@NullMarked
package io.ashlar.benchmarks;

import org.jspecify.annotations.NullMarked;
