/**
 * The whole engine, unmodified, on one thread and a simulated disk: a seed decides who takes the next step, where the machine
 * stops and what the disk makes of that; an oracle of plain maps knows what must be there afterwards. See {@code
 * docs/verification.md}.
 */
@NullMarked
package io.ashlar.simulation;

import org.jspecify.annotations.NullMarked;
