/**
 * The speed of the write path as a whole, beside what the disk allows, measured in turns in one run. {@link
 * io.ashlar.benchmarks.writepath.WritePath} is the program.
 */
@NullMarked
package io.ashlar.benchmarks.writepath;

import org.jspecify.annotations.NullMarked;
