package io.ashlar.cli;

import java.util.Optional;
import java.util.function.Function;

/**
 * What commands need from their surroundings.
 *
 * @param opener opens stores
 * @param interrupt tells when to stop
 * @param environment looks a variable of the environment up
 */
record CliContext(StoreOpener opener, Interrupt interrupt, Function<String, Optional<String>> environment) {
    static CliContext real() {
        return new CliContext(StoreOpener.real(), new Interrupt(), name -> Optional.ofNullable(System.getenv(name)));
    }
}
