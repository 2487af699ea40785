/**
 * Trials of whole stores on disk, started by scripts: every kind of bad input, every flipped byte, a million extents. {@link
 * io.ashlar.cli.trial.BadInput} and {@link io.ashlar.cli.trial.StoreImage} serve tests as well.
 */
@NullMarked
package io.ashlar.cli.trial;

import org.jspecify.annotations.NullMarked;
