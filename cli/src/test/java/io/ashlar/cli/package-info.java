/** Tests of the command line, most of them on a store in memory: {@link io.ashlar.cli.FakeEngine}. */
@NullMarked
package io.ashlar.cli;

import org.jspecify.annotations.NullMarked;
