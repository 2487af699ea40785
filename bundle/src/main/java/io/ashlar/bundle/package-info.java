/** Nothing but a name: depending on this module brings the engine and its local backend. */
@NullMarked
package io.ashlar.bundle;

import org.jspecify.annotations.NullMarked;
