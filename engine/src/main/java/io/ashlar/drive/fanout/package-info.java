/** Calls to several drives at once, each on threads of its own, so that none waits for one that hangs. */
@NullMarked
package io.ashlar.drive.fanout;

import org.jspecify.annotations.NullMarked;
