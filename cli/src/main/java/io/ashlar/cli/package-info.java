/** The command {@code ashlar}. */
@NullMarked
package io.ashlar.cli;

import org.jspecify.annotations.NullMarked;
