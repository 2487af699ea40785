/** What a backend provides, and the seams. */
@NullMarked
package io.ashlar.spi;

import org.jspecify.annotations.NullMarked;
