package io.ashlar.runtime;

import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Recognises the refusals of the operating system that mean a full disk. The JDK passes on nothing but their text, which
 * may be in the user's language: the text for a full disk is therefore also learnt from {@code /dev/full}, where there is one.
 */
final class SystemNoSpace {
    private static final String LEARNT = learn(Path.of("/dev/full"));

    private SystemNoSpace() {}

    static boolean isCauseOf(IOException e) {
        String message = e.getMessage();
        return e instanceof DiskFullException
                || (message != null
                        && (message.contains("No space left on device")
                                || message.contains("Disk quota exceeded")
                                || message.contains("There is not enough space on the disk")
                                || (!LEARNT.isEmpty() && message.endsWith(LEARNT))));
    }

    private static String learn(Path full) {
        // An output stream obtained like this is not to be trusted with an interrupt: clear the flag meanwhile.
        boolean interrupted = Thread.interrupted();
        try (OutputStream stream = Files.newOutputStream(full, StandardOpenOption.WRITE)) {
            stream.write(0);
        } catch (IOException | SecurityException e) {
            // Also when it cannot be opened: that message has a path in front of it, which none of a write begins with.
            String message = e.getMessage();
            return message == null || message.contains(full.toString()) ? "" : message;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return "";
    }
}
