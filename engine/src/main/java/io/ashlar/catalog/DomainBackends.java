package io.ashlar.catalog;

import io.ashlar.spi.ExtentBackend;
import java.io.IOException;

/** Where the objects of a domain go: over drives, the redundancy of the domain decides. Safe for use by many threads. */
@FunctionalInterface
public interface DomainBackends {

    /**
     * Gives the backend for objects of a domain.
     *
     * @param domain its number
     * @return the backend; reads, deletions and syncs of any object may go to that of any domain
     * @throws IOException if it cannot be found out how the domain's objects are stored
     */
    ExtentBackend of(int domain) throws IOException;
}
