package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One thread appends to a preallocated file and forces each time: what a lone durable write costs on this disk. */
record RawAppend(String name, int operationBytes, int writtenBytes) implements Contender {
    static final int FILE_BYTES = 64 << 20;

    @Override
    public String limit() {
        return name;
    }

    /** A file full of zeros, forced, so that writing into it changes no metadata. */
    static FileChannel preallocated(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            writeFully(channel, zeros.clear(), at);
        }
        channel.force(true);
        return channel;
    }

    static void writeFully(FileChannel channel, ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    @Override
    public Round prepare(Path directory) throws IOException {
        FileChannel channel = preallocated(directory.resolve("raw"));
        return new Round() {
            @Override
            public void run(Stopwatch watch) throws Exception {
                Crew.run(1, watch, (ordinal, lane) -> {
                    Content content = new Content(writtenBytes);
                    long at = 0;
                    while (lane.running()) {
                        ByteBuffer next = content.next();
                        long started = System.nanoTime();
                        writeFully(channel, next, at);
                        channel.force(false);
                        lane.done(started);
                        at = at + 2L * writtenBytes > FILE_BYTES ? 0 : at + writtenBytes;
                    }
                });
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
