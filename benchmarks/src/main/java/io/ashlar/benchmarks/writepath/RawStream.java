package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One thread writes one growing file in large pieces and forces it once at the end, which counts. */
record RawStream(String name, int operationBytes) implements Contender {
    @Override
    public String limit() {
        return name;
    }

    @Override
    public Round prepare(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Round() {
            @Override
            public void run(Stopwatch watch) throws Exception {
                Crew.run(1, watch, (ordinal, lane) -> {
                    Content content = new Content(operationBytes);
                    long at = 0;
                    while (lane.running()) {
                        ByteBuffer next = content.next();
                        long started = System.nanoTime();
                        RawAppend.writeFully(channel, next, at);
                        at += operationBytes;
                        lane.done(started);
                    }
                    channel.force(true);
                });
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
