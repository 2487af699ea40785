package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.runtime.SystemClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was noticed is mended without anybody asking. */
class HealerTest {
    private static final int DRIVES = 5;

    @TempDir
    Path directory;

    private final Drives.Notes notes = new Drives.Notes();
    private final RepairQueue queue = new RepairQueue(1_000);
    private DriveSet drives;
    private RedundantBackend backend;
    private Healer healer;

    @BeforeEach
    void open() throws IOException {
        drives = DriveSet.create(Drives.map(directory, DRIVES), Drives.files());
        Placements placements = new Placements(drives);
        placements.log(notes);
        backend = new RedundantBackend(
                drives,
                placements,
                Protection.of(2, 2),
                Drives.PATIENT,
                Drives.THREADS,
                (object, shard) -> queue.add(object));
        healer = new Healer(drives, placements, queue, backend.repairer(60_000), new SystemClock(), 100);
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
    }

    private void put(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            backend.put("o-" + i, ByteBuffer.wrap(content(i)));
            backend.sync(List.of("o-" + i));
        }
    }

    private static byte[] content(int object) {
        byte[] content = new byte[20_000 + object];
        new Random(object).nextBytes(content);
        return content;
    }

    private void readAll(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ByteBuffer target = ByteBuffer.allocate(30_000);
            backend.read("o-" + i, 0, target);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content(i)));
        }
    }

    private void heal() {
        while (healer.step(bytes -> {})) {
            // Until there is nothing to do.
        }
    }

    private List<Path> shards() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> ShardNames.isShard(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldMendWhatAReadHasFoundMissingOrWrong() throws IOException {
        put(10);
        List<Path> all = shards();
        for (Path shard : all) {
            // The second and the third of four: one of data, one of parity.
            int number = ShardNames.shard(String.valueOf(shard.getFileName()));
            if (number == 1 || number == 2) {
                Files.delete(shard);
            }
        }
        readAll(10);
        heal();
        // A read stops looking once it has enough; what it has not seen is for a scrub.
        assertThat(healer.mended()).isPositive();
        assertThat(shards().size()).isGreaterThan(all.size() / 2);
        assertThat(queue.size()).isZero();
        readAll(10);
    }

    @Test
    void shouldPayWhatIsOwedOnceTheDriveIsBack() throws IOException {
        Drive away = drives.drive(3);
        Drive second = drives.drive(4);
        away.health().gone(new IOException("pulled out"));
        second.health().gone(new IOException("pulled out"));
        put(10);
        assertThat(notes.list("", 100)).isNotEmpty();
        assertThat(shards().size()).isEqualTo(30);
        assertThat(Drives.THREADS.await(
                        () -> {
                            heal();
                            return away.state() == DriveState.ONLINE && second.state() == DriveState.ONLINE;
                        },
                        5_000_000_000L))
                .isTrue();
        heal();
        assertThat(shards().size()).isEqualTo(40);
        assertThat(notes.list("", 100))
                .allSatisfy(entry -> assertThat(entry.placement().owed()).isZero());
        readAll(10);
    }
}
