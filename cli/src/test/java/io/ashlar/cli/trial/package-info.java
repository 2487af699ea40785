/** Tests of the trials, and the trial of bad input as a test. */
@NullMarked
package io.ashlar.cli.trial;

import org.jspecify.annotations.NullMarked;
