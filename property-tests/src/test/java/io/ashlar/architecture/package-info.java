/** The rules of the architecture, as tests. */
@NullMarked
package io.ashlar.architecture;

import org.jspecify.annotations.NullMarked;
