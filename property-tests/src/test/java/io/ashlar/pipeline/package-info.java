/** Tests of the pipeline that drive its stages by hand. */
@NullMarked
package io.ashlar.pipeline;

import org.jspecify.annotations.NullMarked;
