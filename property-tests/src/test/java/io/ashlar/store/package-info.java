/** The engine as its users see it, on real files and faulty ones: what it promises, also when the world does not cooperate. */
@NullMarked
package io.ashlar.store;

import org.jspecify.annotations.NullMarked;
