/**
 * The state graphs of the specifications, and walks of the running engine over them. Entry: {@link
 * io.ashlar.formal.graph.StateGraph#explore} and {@link io.ashlar.formal.graph.GraphWalk}.
 */
@NullMarked
package io.ashlar.formal.graph;

import org.jspecify.annotations.NullMarked;
