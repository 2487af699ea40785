/** Kernels on the class path of a JVM that was not started for them, as most are. */
@NullMarked
package io.ashlar.kernels;

import org.jspecify.annotations.NullMarked;
