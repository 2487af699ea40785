package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ScrubReport;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.format.ShardLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six drives in directories, of which any two may go. */
class RedundantBackendTest {
    private static final int DRIVES = 6;

    @TempDir
    Path directory;

    private final Drives.Notes notes = new Drives.Notes();
    private final Set<String> attention = new ConcurrentSkipListSet<>();
    private final Map<String, byte[]> contents = new LinkedHashMap<>();
    private final Random random = new Random(1);
    private DriveSet drives;
    private RedundantBackend backend;

    @BeforeEach
    void open() throws IOException {
        drives = DriveSet.create(Drives.map(directory, DRIVES), Drives.files());
        backend = backend(new Protection(Protection.of(4, 2).shape(), 4));
    }

    private RedundantBackend backend(Protection protection) {
        Placements placements = new Placements(drives);
        placements.log(notes);
        return new RedundantBackend(
                drives,
                placements,
                protection,
                Drives.PATIENT,
                Drives.THREADS,
                (object, shard) -> attention.add(object + " " + shard));
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
    }

    private void put(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = "o-" + contents.size();
            byte[] content = new byte[random.nextInt(5) == 0 ? random.nextInt(2_000_000) : random.nextInt(50_000)];
            random.nextBytes(content);
            backend.put(name, ByteBuffer.wrap(content));
            backend.sync(List.of(name));
            contents.put(name, content);
        }
    }

    private void readAll() throws IOException {
        for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
            ByteBuffer target = ByteBuffer.allocate(entry.getValue().length + 10);
            assertThat(backend.read(entry.getKey(), 0, target)).isEqualTo(entry.getValue().length);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(entry.getValue()));
            readSome(entry.getKey(), entry.getValue());
        }
    }

    private void readSome(String name, byte[] content) throws IOException {
        int offset = random.nextInt(content.length + 1);
        ByteBuffer target = ByteBuffer.allocate(random.nextInt(9_000));
        int count = backend.read(name, offset, target);
        assertThat(count).isEqualTo(Math.min(target.capacity(), content.length - offset));
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content, offset, count));
    }

    private void wipe(int drive) throws IOException {
        LostDrive.lose(directory.resolve("drive-" + drive));
    }

    private void replace(int number) throws IOException {
        List<DriveEntry> entries = new ArrayList<>(drives.map().drives());
        DriveEntry old = entries.get(number - 1);
        entries.set(
                number - 1,
                new DriveEntry(
                        number, old.idHigh() + 1_000, old.idLow(), old.uri(), old.domain(), old.weight(), old.role()));
        drives.change(map -> map.next(entries, 0, 0), 2);
    }

    private ScrubReport scrub(boolean deep) throws IOException {
        Placements placements = new Placements(drives);
        placements.log(notes);
        DriveExecutor executor = Drives.executor("mender");
        Scrub scrub = new Scrub(
                drives,
                placements,
                backend,
                new Menders(backend.repairer(0), executor, Drives.THREADS, 4),
                "",
                deep ? Repairer.Effort.THOROUGH : Repairer.Effort.QUICK,
                bytes -> {});
        while (scrub.step()) {
            // Goes on.
        }
        executor.close(Long.MAX_VALUE);
        return scrub.report(true);
    }

    private List<Path> shards() throws IOException {
        List<Path> shards = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            Path root = directory.resolve("drive-" + drive);
            if (Files.exists(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(file -> ShardNames.isShard(String.valueOf(file.getFileName())))
                            .sorted()
                            .forEach(shards::add);
                }
            }
        }
        return shards;
    }

    @Test
    void shouldPutEachShardOnADriveOfItsOwn() throws IOException {
        put(30);
        assertThat(shards()).hasSize(30 * 6);
        assertThat(notes.list("", 100)).isEmpty();
        readAll();
        assertThat(attention).isEmpty();
    }

    @Test
    void shouldNotNoticeTheLossOfTwoDrivesAndThenOfTwoOthers() throws IOException {
        put(40);
        readAll();
        wipe(2);
        wipe(5);
        readAll();
        put(20);
        readAll();
        assertThat(attention).isNotEmpty();
        assertThat(drives.drive(2).state()).isEqualTo(DriveState.OFFLINE);
        replace(2);
        replace(5);
        ScrubReport report = scrub(false);
        assertThat(report.objects()).isEqualTo(60);
        assertThat(report.findings()).isEmpty();
        assertThat(report.shardsMade()).isEqualTo(2 * 60);
        assertThat(shards()).hasSize(60 * 6);
        assertThat(notes.list("", 100)).isEmpty();
        wipe(1);
        wipe(3);
        readAll();
    }

    @Test
    void shouldReadRightWhateverIsFlippedInTwoShardsAndMendIt() throws IOException {
        put(25);
        Map<String, Integer> damaged = new LinkedHashMap<>();
        int flips = 0;
        for (Path shard : shards()) {
            String object = ShardNames.object(shard.getFileName().toString());
            if (random.nextInt(3) == 0 && damaged.merge(object, 1, Integer::sum) <= 2) {
                flip(shard);
                flips++;
            }
        }
        assertThat(flips).isGreaterThan(20);
        readAll();
        assertThat(scrub(true).shardsMade()).isEqualTo(flips);
        ScrubReport second = scrub(true);
        assertThat(second.shardsMade()).isZero();
        assertThat(second.findings()).isEmpty();
        readAll();
    }

    @Test
    void shouldNameWhatANewerEngineWroteAndGoOn() throws IOException {
        put(20);
        for (Path shard : shards()) {
            String name = shard.getFileName().toString();
            if (ShardNames.object(name).equals("o-3")) {
                version(shard, ShardLayout.VERSION + 1);
            } else if (ShardNames.object(name).equals("o-7") && ShardNames.shard(name) == 1) {
                Files.delete(shard);
            }
        }
        ScrubReport report = scrub(true);
        assertThat(report.complete()).isTrue();
        assertThat(report.objects()).isEqualTo(20);
        assertThat(report.lost()).isZero();
        assertThat(report.incomplete()).isEqualTo(1);
        assertThat(report.findings()).singleElement().asString().contains("o-3", "version");
        assertThat(report.shardsMade()).isEqualTo(1);
    }

    private static void version(Path shard, int version) throws IOException {
        byte[] bytes = Files.readAllBytes(shard);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort(ShardLayout.VERSION_OFFSET, (short) version);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, ShardLayout.HEADER_CRC_OFFSET);
        header.putInt(ShardLayout.HEADER_CRC_OFFSET, (int) crc.getValue());
        Files.write(shard, bytes);
    }

    private void flip(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (random.nextDouble() * bytes.length());
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1 << random.nextInt(8));
        }
    }

    @Test
    void shouldNameExactlyWhatIsLost() throws IOException {
        put(20);
        // Columns that have no bytes are known without their shards: of small objects more than two may go.
        BitSet lost = new BitSet();
        for (int i = 0; i < 20 && lost.cardinality() < 2; i++) {
            lost.set(i, contents.get("o-" + i).length > 20_000);
        }
        for (Path shard : shards()) {
            String object = ShardNames.object(shard.getFileName().toString());
            int number = Integer.parseInt(object.substring(2));
            if (lost.get(number) && ShardNames.shard(shard.getFileName().toString()) < 3) {
                Files.delete(shard);
            }
        }
        ScrubReport report = scrub(false);
        assertThat(report.lost()).isEqualTo(2);
        assertThat(report.findings())
                .hasSize(2)
                .anySatisfy(finding -> assertThat(finding).contains("o-" + lost.nextSetBit(0) + " ", "drive"));
        for (int i = 0; i < 20; i++) {
            String name = "o-" + i;
            if (lost.get(i)) {
                assertThatThrownBy(() -> backend.read(name, 0, ByteBuffer.allocate(1_000)))
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining(name);
                contents.remove(name);
            }
        }
        readAll();
    }

    @Test
    void shouldRefuseAPutThatMissesItsQuorumAndLeaveNothing() throws IOException {
        put(3);
        wipe(1);
        wipe(2);
        for (int drive = 1; drive <= 2; drive++) {
            drives.drive(drive).suspectSwap();
        }
        RedundantBackend strict = backend(Protection.of(4, 2));
        assertThatThrownBy(() -> strict.put("refused", ByteBuffer.wrap(new byte[10_000])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("on 4 drives, and 5 are needed");
        put(3);
        readAll();
        drives.drive(3).executor().close(1_000_000_000L);
        assertThat(shards()).noneMatch(shard -> shard.toString().contains("refused"));
    }

    @Test
    void shouldRememberWhatIsOwed() throws IOException {
        wipe(4);
        drives.drive(4).suspectSwap();
        put(10);
        List<PlacementLog.Entry> entries = notes.list("", 100);
        assertThat(entries).hasSize(10);
        assertThat(entries)
                .allSatisfy(entry -> assertThat(entry.placement().owed()).isEqualTo(1));
        assertThat(attention).hasSize(10);
        readAll();
        replace(4);
        assertThat(scrub(false).shardsMade()).isEqualTo(10);
        assertThat(notes.list("", 100)).isEmpty();
    }

    @Test
    void shouldUseAnotherDriveWhereThereIsOne() throws IOException {
        backend.close();
        Path other = directory.resolve("seven");
        drives = DriveSet.create(Drives.map(other, 7), Drives.files());
        backend = backend(Protection.strict(4, 2));
        drives.drive(4).health().wiped(new IOException("away"));
        put(20);
        readAll();
        List<PlacementLog.Entry> entries = notes.list("", 100);
        assertThat(entries).isNotEmpty();
        assertThat(entries)
                .allSatisfy(entry -> assertThat(entry.placement().owed()).isZero());
        assertThat(entries)
                .allSatisfy(entry -> assertThat(entry.placement().uses(4)).isFalse());
        assertThat(attention).isEmpty();
    }

    @Test
    void shouldSweepAShardThatHasBeenReplaced() throws IOException {
        put(5);
        Path shard = shards().get(0);
        Path kept = directory.resolve("kept");
        Files.move(shard, kept);
        backend.close();
        drives = DriveSet.open(List.of(Drives.uri(directory, 1)), Drives.files());
        backend = backend(Protection.of(4, 2));
        // Made anew while its drive takes nothing: there is no seventh, so it is owed; then the old one comes back.
        drives.drive(1).health().foundFull();
        scrub(false);
        Files.move(kept, shard);
        drives.drive(1).health().probeSucceeded();
        scrub(false);
        assertThat(shards()).hasSize(30);
        readAll();
        assertThat(notes.list("", 10)).isEmpty();
    }

    /** A shard was made anew while its drive was away, which then came back and got another one. */
    @Test
    void shouldFindShardsThoughADriveHasTheCopyOfAnotherToo() throws IOException {
        put(1);
        int[] order = new Placements(drives).order("o-0");
        byte[][] shards = new byte[order.length][];
        for (int shard = 0; shard < order.length; shard++) {
            String name = ShardNames.of("o-0", shard);
            Drive drive = drives.drive(order[shard]);
            ByteBuffer bytes =
                    ByteBuffer.allocate((int) drive.stat(name).orElseThrow().sizeBytes());
            drive.read(name, 0, bytes);
            shards[shard] = bytes.array();
            drive.delete(name);
        }
        int[][] places = {{1, 0}, {1, 1}, {2, 0}, {3, 2}, {4, 3}};
        for (int[] place : places) {
            String name = ShardNames.of("o-0", place[1]);
            drives.drive(place[0]).put(name, ByteBuffer.wrap(shards[place[1]]));
            drives.drive(place[0]).sync(List.of(name));
        }
        readAll();
        assertThat(scrub(true).clean()).isTrue();
        assertThat(scrub(true).shardsMade()).isZero();
        readAll();
    }
}
