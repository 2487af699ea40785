/** Tests of what the kill test believes. */
@NullMarked
package io.ashlar.cli.killtest;

import org.jspecify.annotations.NullMarked;
