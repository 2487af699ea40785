package io.ashlar.testkit;

/**
 * An operation of a {@link SimulatedDisk} that changes or forces something.
 *
 * @param kind what is done
 * @param path the file or directory it is done to
 * @param target the new path, for a rename; empty otherwise
 * @param offset where in the file, in bytes; for a cut the new size; zero where there is no such thing
 * @param length how many bytes were asked for; zero where there is no such thing
 * @param ordinal the number of the operation on its disk, from one
 */
public record SimulatedOperation(Kind kind, String path, String target, long offset, long length, long ordinal) {

    /** What an operation does. */
    public enum Kind {
        /** A file is created. */
        CREATE,
        /** Bytes are written. */
        WRITE,
        /** A file is cut. */
        TRUNCATE,
        /** A file is forced. */
        FORCE,
        /** A file is renamed. */
        RENAME,
        /** A file or directory is deleted. */
        DELETE,
        /** Directories are created. */
        CREATE_DIRECTORIES,
        /** A directory is forced. */
        FORCE_DIRECTORY,
        /** A lock is taken, which may create its file. */
        LOCK
    }
}
