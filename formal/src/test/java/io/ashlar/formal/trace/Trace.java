package io.ashlar.formal.trace;

import java.util.List;

/**
 * A behaviour for the model checker, and how many of everything it needs.
 *
 * @param events records of TLA+, in order
 * @param extents how many extents
 * @param handles how many references of puts and retains at a time
 * @param names names and edges
 * @param writers how many jobs at a time
 * @param readers how many pins at a time
 * @param copies how many copies of one extent at most
 */
record Trace(List<String> events, int extents, int handles, List<String> names, int writers, int readers, int copies) {}
