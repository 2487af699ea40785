package io.ashlar.drive.mirror;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Remembers, where the loss of a place does not matter, which places have all that was written. */
public interface MirrorRoster {

    /**
     * Makes durable which places count from now on. Whoever opens the files later takes none but these.
     *
     * @param places their numbers, at least one
     * @throws IOException if that failed or took too long; what counts may be these or those before
     */
    void record(List<Integer> places) throws IOException;

    /**
     * Hears why a place does not count any more.
     *
     * @param place its number
     * @param cause what went wrong
     */
    void left(int place, Throwable cause);

    /**
     * Finds a place for one copy more.
     *
     * @param taken the numbers of places that are not to be chosen
     * @return a place with nothing in it that is needed; null if there is none
     */
    @Nullable
    Mirror another(Set<Integer> taken);
}
