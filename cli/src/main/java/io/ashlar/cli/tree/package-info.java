/**
 * File trees kept as objects of a store: {@link io.ashlar.cli.tree.TreeImport} writes one, {@link
 * io.ashlar.cli.tree.TreeExport} writes its files out again, {@link io.ashlar.cli.tree.TreeObject} reads in it. How a tree
 * lies in its object is in {@link io.ashlar.cli.tree.TreeLayout}.
 */
@NullMarked
package io.ashlar.cli.tree;

import org.jspecify.annotations.NullMarked;
