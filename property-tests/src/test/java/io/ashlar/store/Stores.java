package io.ashlar.store;

import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemEntropy;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** What tests of whole stores share: settings that make things happen soon, content, and ways to spoil files. */
final class Stores {
    static final List<Durability> DURABILITIES = List.of(Durability.values());
    static final ProgressListener QUIET = (phase, done, total) -> true;

    private Stores() {}

    /** A small journal, no graces, and nothing happens by itself but what must: tests ask for checkpoints and collections. */
    static EngineSettings settings() {
        return EngineSettings.defaults()
                .withCheckpointJournalBytes(1 << 20)
                .withJournalSegmentBytes(64 << 10)
                .withJournalMaxBytes(4 << 20)
                .withGcGraceMillis(0)
                .withOrphanGraceMillis(0)
                .withMaintenanceIntervalMillis(0);
    }

    static StorageEngine open(Path directory) {
        return StorageEngine.builder(directory).settings(settings()).open();
    }

    /** Content that is its own for each seed, and does not compress. */
    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed * 31 + length).nextBytes(bytes);
        return bytes;
    }

    /** Waits until something holds, for ten seconds at most. */
    static boolean eventually(BooleanSupplier holds) {
        return new SystemThreads().await(holds, 10_000_000_000L);
    }

    /** The names of threads that begin like this. */
    static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /**
     * Has everything that was put so far leave the journal: what is put while a checkpoint is under way stays there until the next one.
     *
     * @param any an extent that is there
     */
    static void pack(StorageEngine engine, ExtentId any) {
        engine.checkpoint();
        engine.extents().retain(any);
        engine.extents().release(any);
        engine.checkpoint();
    }

    static FsckReport fsck(StorageEngine engine) {
        return engine.fsck(Long.MAX_VALUE, QUIET);
    }

    static ExtentBackend memory() throws IOException {
        return backend(URI.create("mem:test"));
    }

    /** The backend that a store in this directory has if it is not told of another. */
    static ExtentBackend file(Path store) throws IOException {
        return backend(store.resolve("extents").toUri());
    }

    private static ExtentBackend backend(URI uri) throws IOException {
        BackendContext context = new BackendContext(
                new SystemDisk(), new SystemClock(), new SystemThreads(), new SystemEntropy(), false);
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.scheme().equals(uri.getScheme())) {
                return provider.open(uri, context);
            }
        }
        throw new IllegalStateException("there is no backend for " + uri + " on the class path");
    }

    /** The files under a directory whose names contain a text, in order. An open store may delete and rename others meanwhile. */
    static List<Path> files(Path directory, String part) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && file.getFileName().toString().contains(part)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException && !file.equals(directory)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        Collections.sort(found);
        return found;
    }

    /** The file of an extent that has an object of its own. */
    static Path object(Path store, ExtentId id) throws IOException {
        List<Path> found = files(store.resolve("extents"), id.toString());
        if (found.size() != 1) {
            throw new IllegalStateException("extent " + id + " has " + found.size() + " objects");
        }
        return found.get(0);
    }

    /** Changes one bit of a file. */
    static void flip(Path file, int offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) (one.get(0) ^ 0x10)).rewind(), offset);
        }
    }

    /** Changes one bit in the middle of some content, wherever a file holds it; does nothing if it does not. */
    static void flipInside(Path file, byte[] content) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at <= bytes.length - content.length; at++) {
            if (Arrays.equals(bytes, at, at + content.length, content, 0, content.length)) {
                flip(file, at + content.length / 2);
            }
        }
    }

    /** Every file under a directory, by path, with what is in it. */
    static Map<String, List<Byte>> contents(Path directory) throws IOException {
        Map<String, List<Byte>> contents = new TreeMap<>();
        for (Path file : files(directory, "")) {
            byte[] bytes = Files.readAllBytes(file);
            Byte[] boxed = new Byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                boxed[i] = bytes[i];
            }
            contents.put(directory.relativize(file).toString(), List.of(boxed));
        }
        return contents;
    }
}
