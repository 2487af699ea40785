/** Backends on the machine itself: files in a directory, and memory. */
@NullMarked
package io.ashlar.backend.local;

import org.jspecify.annotations.NullMarked;
