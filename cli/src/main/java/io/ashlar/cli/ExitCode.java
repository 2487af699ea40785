package io.ashlar.cli;

import io.ashlar.DamagedException;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.NameNotFoundException;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.StoreLockedException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.cli.tree.TreeFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How the process ends. Scripts rely on the numbers: they never change. */
public enum ExitCode {
    /** All is well. */
    OK(0, "all is well"),
    /** The command ran to its end and found problems: damage, differences, files that could not be read. */
    PROBLEMS(1, "it ran to its end and found problems; they are listed"),
    /** The command line is wrong. */
    USAGE(2, "the command line is wrong"),
    /** There is no store, or another process has it open. */
    UNAVAILABLE(3, "there is no store there, or another process has it open"),
    /** Bytes of the store are damaged, or an object is not a tree. */
    DAMAGED(4, "the store or an object in it is damaged, or not what it should be"),
    /** There is no room. */
    FULL(5, "the store is full"),
    /** The store could not do it for another reason. */
    STORAGE(6, "the store could not do it for another reason; the message says which"),
    /** The store has no such name, extent or path. */
    NOT_FOUND(7, "the store has no such name, extent or path"),
    /** A file outside the store, or standard output, could not be read or written. */
    FILES(8, "a file outside the store, or standard output, could not be read or written"),
    /** A mistake in this program. */
    INTERNAL(70, "a mistake in ashlar itself: please report it, with the output of --debug"),
    /** The user asked to stop. */
    INTERRUPTED(130, "interrupted; nothing half-done is left in the store");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /**
     * The number that the process ends with.
     *
     * @return 0 to 255
     */
    public int code() {
        return code;
    }

    static ExitCode of(Throwable failure) {
        if (failure instanceof Interrupted) {
            return INTERRUPTED;
        }
        if (failure instanceof StoreNotFoundException || failure instanceof StoreLockedException) {
            return UNAVAILABLE;
        }
        if (failure instanceof DamagedException || failure instanceof TreeFormatException) {
            return DAMAGED;
        }
        if (failure instanceof StoreFullException) {
            return FULL;
        }
        if (failure instanceof NameNotFoundException
                || failure instanceof ExtentNotFoundException
                || failure instanceof PathNotFoundException) {
            return NOT_FOUND;
        }
        if (failure instanceof StorageException) {
            return STORAGE;
        }
        if (failure instanceof IOException) {
            return FILES;
        }
        return failure instanceof IllegalArgumentException ? USAGE : INTERNAL;
    }

    /** All codes with their meanings, for the footer of every help. */
    static Map<String, String> table() {
        return Arrays.stream(values())
                .collect(Collectors.toMap(
                        exit -> String.valueOf(exit.code), exit -> exit.meaning, (a, b) -> a, LinkedHashMap::new));
    }
}
