/** How things lie in bytes. */
@NullMarked
package io.ashlar.format;

import org.jspecify.annotations.NullMarked;
