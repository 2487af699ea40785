package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.ExtentId;
import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoreDrives;
import io.ashlar.drive.LostDrive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rebuilds find that comes from another time: rebuilds that came to nothing, drives that were away. */
class RebuildAgainTest {
    @TempDir
    Path directory;

    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();

    private StorageEngine.Builder builder() {
        return StorageEngine.builder(directory).settings(Stores.settings());
    }

    private StorageEngine.Builder overDrives(int parity) {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= 6; drive++) {
            places.add(drive(drive).toUri());
        }
        return StorageEngine.builder(directory.resolve("store"))
                .settings(Stores.settings())
                .drives(Redundancy.of(6 - 1 - parity, parity), places);
    }

    private Path drive(int number) {
        return directory.resolve("drive-" + number);
    }

    private ExtentId put(StorageEngine engine, byte[] content) {
        ExtentId id = engine.extents().put(content);
        contents.put(id, content);
        return id;
    }

    private void checkAll(StorageEngine engine) {
        contents.forEach((id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    /** Its manifest is the newest, and knows only what could be read then. */
    @Test
    void shouldNotBelieveARebuildThatCameToNothing() throws IOException {
        ExtentId away;
        try (StorageEngine engine = builder().open()) {
            for (int i = 0; i < 20; i++) {
                engine.extents().bind("name " + i, put(engine, Stores.bytes(i, 100 + 2_000 * i)));
            }
            away = put(engine, Stores.bytes(7_000, 50_000));
            engine.extents().bind("away", away);
            engine.extents().retain(away);
        }
        Losses.metadata(directory);
        Path object = Stores.object(directory, away);
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(object, elsewhere);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> builder()
                        .seams(new NoRename("superblock-a.tmp"), null, null, null)
                        .rebuild(Stores.QUIET));
        Files.move(elsewhere, object);
        RebuildReport report = builder().rebuild(Stores.QUIET);
        assertThat(report.recovered()).isZero();
        assertThat(report.names()).isEqualTo(21);
        try (StorageEngine engine = builder().open()) {
            assertThat(engine.extents().resolve("away")).contains(away);
            assertThat(engine.extents().stat(away).orElseThrow().references()).isEqualTo(3);
            checkAll(engine);
        }
    }

    /** Of what was deleted meanwhile it has shards, too few to read; of what was put it has none. */
    @Test
    void shouldCopeWithADriveThatWasAwayForLong() throws IOException {
        List<ExtentId> dropped = new ArrayList<>();
        try (StorageEngine engine = overDrives(2).open()) {
            for (int i = 0; i < 10; i++) {
                dropped.add(engine.extents().put(Stores.bytes(i, 3_000 + 10_000 * i)));
                put(engine, Stores.bytes(100 + i, 3_000 + 10_000 * i));
            }
            Stores.pack(engine, dropped.get(0));
        }
        Path away = directory.resolve("away");
        Files.move(drive(4), away);
        try (StorageEngine engine = overDrives(2).open()) {
            dropped.forEach(engine.extents()::release);
            for (int round = 0; round < 2; round++) {
                engine.collect(false, Stores.QUIET);
                engine.checkpoint();
            }
            for (int i = 0; i < 10; i++) {
                put(engine, Stores.bytes(200 + i, 3_000 + 10_000 * i));
            }
            Stores.pack(engine, contents.keySet().iterator().next());
        }
        LostDrive.lose(drive(4));
        Files.move(away, drive(4));
        Losses.metadata(directory.resolve("store"), directory);
        RebuildReport report = overDrives(2).rebuild(Stores.QUIET);
        assertThat(report.lost()).isZero();
        assertThat(report.namesLost()).isZero();
        assertThat(report.recovered())
                .as("nothing is made of what cannot be read")
                .isZero();
        assertThat(report.unreadable()).isPositive();
        try (StorageEngine engine = overDrives(2).open()) {
            checkAll(engine);
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(drives.scrub("", true, Long.MAX_VALUE, Stores.QUIET).incomplete())
                    .isZero();
            engine.collect(false, Stores.QUIET);
            LostDrive.lose(drive(1));
            LostDrive.lose(drive(5));
            checkAll(engine);
        }
    }
}
