/** Tests of trees of files. */
@NullMarked
package io.ashlar.cli.tree;

import org.jspecify.annotations.NullMarked;
