package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.spi.Disk;
import java.nio.file.Path;

/**
 * One of the places where files are kept.
 *
 * @param number its number
 * @param disk the disk that it is on
 * @param root the directory that the files are in
 * @param executor runs calls to it
 */
public record Mirror(int number, Disk disk, Path root, DriveExecutor executor) {
    Path at(Path relative) {
        // By its text: the paths may be of different file systems.
        return relative.toString().isEmpty() ? root : root.resolve(relative.toString());
    }

    @Override
    public String toString() {
        return "place " + number + " at " + root;
    }
}
