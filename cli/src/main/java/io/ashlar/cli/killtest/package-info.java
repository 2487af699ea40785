/**
 * {@code scripts/kill-test.sh}: kills a process that works on a store, again and again, and checks that everything it was
 * told is durable is there. {@link io.ashlar.cli.killtest.KillTest} is the parent, {@link
 * io.ashlar.cli.killtest.KillChild} the process that is killed.
 */
@NullMarked
package io.ashlar.cli.killtest;

import org.jspecify.annotations.NullMarked;
