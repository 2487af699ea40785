package io.ashlar.runtime;

import io.ashlar.BackendException;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.StoreLockedException;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.LockHeldException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Turns what disks and backends throw into what callers catch. */
final class Errors {
    private Errors() {}

    /** Something that may fail for reasons of the world. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    /** Does something; {@code what} completes the sentence "could not …". */
    static <T> T typed(String what, Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw typed(what, e);
        }
    }

    static StorageException typed(String what, IOException e) {
        if (e instanceof DiskFullException) {
            return new StoreFullException("could not " + what + ": " + e.getMessage() + "; make room and try again", e);
        }
        if (e instanceof LockHeldException) {
            return new StoreLockedException("could not " + what + ": " + e.getMessage(), e);
        }
        return new BackendException("could not " + what + ": " + reason(e), e);
    }

    /** The JDK's own messages of these name the file and not what is the matter with it. */
    private static String reason(IOException e) {
        if (!(e instanceof FileSystemException file) || file.getReason() != null) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
        if (e instanceof NoSuchFileException) {
            return "there is no file or directory " + file.getFile();
        }
        if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
            return file.getFile() + " is in the way: it is no directory";
        }
        if (e instanceof AccessDeniedException) {
            return "access to " + file.getFile() + " is denied";
        }
        return e.toString();
    }
}
