package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file an object, durable one by one: new file, write, force, rename, force of the directory. */
record RawObjects(String name, int operationBytes, int threads) implements Contender {
    @Override
    public String limit() {
        return name;
    }

    @Override
    public Round prepare(Path directory) throws IOException {
        return watch -> Crew.run(threads, watch, (ordinal, lane) -> {
            Content content = new Content(operationBytes);
            Path own = Files.createDirectory(directory.resolve("objects-" + ordinal));
            try (FileChannel entries = FileChannel.open(own, StandardOpenOption.READ)) {
                for (long i = 0; lane.running(); i++) {
                    ByteBuffer next = content.next();
                    long started = System.nanoTime();
                    Path temporary = own.resolve(i + ".tmp");
                    try (FileChannel file =
                            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                        RawAppend.writeFully(file, next, 0);
                        file.force(false);
                    }
                    Files.move(temporary, own.resolve(Long.toString(i)), StandardCopyOption.ATOMIC_MOVE);
                    entries.force(true);
                    lane.done(started);
                }
            }
        });
    }
}
