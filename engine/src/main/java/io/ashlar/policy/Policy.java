package io.ashlar.policy;

import io.ashlar.StoragePolicy;

/**
 * A policy and the domain that it comes to. Immutable.
 *
 * @param own what it says itself
 * @param domain the number of the domain that its extents are in
 */
public record Policy(StoragePolicy own, int domain) {}
