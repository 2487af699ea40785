/**
 * The rules of the architecture, as tests.
 *
 * <p>{@link io.ashlar.architecture.PackageOrder} and {@link io.ashlar.architecture.Seams} hold the rules;
 * {@link io.ashlar.architecture.ArchitectureTest} puts them to the engine and its backends, and
 * {@link io.ashlar.architecture.RulesCanFailTest} puts the very same objects to classes under {@code fixtures} that
 * are bad on purpose, because a rule that cannot fail protects nothing.
 */
@NullMarked
package io.ashlar.architecture;

import org.jspecify.annotations.NullMarked;
