package io.ashlar.drive;

import io.ashlar.format.ShardLayout;
import io.ashlar.shard.ShardHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The shards that lie in directories of {@code file:} drives, seen from outside the engine. */
public final class ShardFiles {
    private ShardFiles() {}

    /** The shards of each object by their numbers. Where there are two of one, the number is that of the last found. */
    public static SortedMap<String, SortedMap<Integer, Path>> in(Iterable<Path> drives) throws IOException {
        SortedMap<String, SortedMap<Integer, Path>> objects = new TreeMap<>();
        for (Path drive : drives) {
            Path files = drive.resolve("objects");
            if (!Files.isDirectory(files)) {
                continue;
            }
            try (Stream<Path> walk = Files.walk(files)) {
                walk.forEach(path -> {
                    String name = String.valueOf(path.getFileName());
                    if (ShardNames.isShard(name)) {
                        objects.computeIfAbsent(ShardNames.object(name), object -> new TreeMap<>())
                                .put(ShardNames.shard(name), path);
                    }
                });
            } catch (UncheckedIOException e) {
                // A file went while the directory was listed: whoever asks then wants no exact figures.
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
        return objects;
    }

    /** How many bytes all shards of a drive have. */
    public static long bytes(Path drive) throws IOException {
        long bytes = 0;
        for (SortedMap<Integer, Path> shards : in(List.of(drive)).values()) {
            for (Path shard : shards.values()) {
                bytes += Files.size(shard);
            }
        }
        return bytes;
    }

    /** The object that a shard is of, by the name of its file. */
    public static String object(String shardName) {
        return ShardNames.object(shardName);
    }

    /** The length of a shard. */
    public static long size(Path shard) {
        try {
            return Files.size(shard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the payload of a shard begins. */
    public static int payloadOffset(Path shard) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(ShardLayout.HEADER_BYTES);
        try (FileChannel file = FileChannel.open(shard, StandardOpenOption.READ)) {
            file.read(head, 0);
        }
        return ShardHead.headBytes(head.flip(), shard.toString());
    }

    /** Changes bits of one byte, in place. */
    public static void flip(Path shard, long position, int bits) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (FileChannel file = FileChannel.open(shard, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ bits));
            file.write(one.rewind(), position);
        }
    }
}
