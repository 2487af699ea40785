/**
 * Policies and what follows from them. {@link io.ashlar.policy.PolicyTable} knows all policies of a store and the {@link
 * io.ashlar.policy.Domain} that each of them comes to: extents of one domain are stored alike, and may stand in for each other.
 * {@link io.ashlar.policy.PolicyCodec} reads and writes both.
 *
 * <p>Everything here is immutable and knows neither journal nor catalog, which keep it.
 */
@NullMarked
package io.ashlar.policy;

import org.jspecify.annotations.NullMarked;
