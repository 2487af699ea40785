package io.ashlar.store;

import io.ashlar.drive.LostDrive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Takes from stores that are closed what a rebuild is to do without. */
final class Losses {
    private Losses() {}

    /** Deletes the journal and the superblocks of a store in one directory. */
    static void metadata(Path store) throws IOException {
        LostDrive.lose(store.resolve("journal"));
        Files.delete(store.resolve("superblock-a"));
        Files.delete(store.resolve("superblock-b"));
    }

    /** Deletes the directory of a store over drives, and what is not an object on drives: {@code drive-*} of a directory. */
    static void metadata(Path store, Path drives) throws IOException {
        List<Path> places = new ArrayList<>(List.of(store));
        try (Stream<Path> all = Files.list(drives)) {
            all.filter(path -> String.valueOf(path.getFileName()).startsWith("drive-"))
                    .forEach(drive -> places.add(drive.resolve("files")));
        }
        for (Path place : places) {
            if (Files.exists(place)) {
                LostDrive.lose(place);
            }
        }
    }

    /** Deletes manifests and tables. */
    static void checkpoints(Path directory) throws IOException {
        for (String prefix : List.of("m-", "t-")) {
            for (Path object : objects(directory, prefix)) {
                Files.delete(object);
            }
        }
    }

    /** Files below a directory whose names begin like this, in order. */
    static List<Path> objects(Path directory, String prefix) throws IOException {
        return Stores.files(directory, prefix).stream()
                .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                .toList();
    }
}
