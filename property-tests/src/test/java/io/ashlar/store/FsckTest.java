package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.FsckReport.Finding;
import io.ashlar.FsckReport.Kind;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of damage is found while the store is open, named, and never read as something else. */
class FsckTest {
    @TempDir
    Path directory;

    private StorageEngine engine;
    private ExtentStore extents;

    @BeforeEach
    void open() {
        engine = Stores.open(directory);
        extents = engine.extents();
    }

    @AfterEach
    void close() {
        try {
            engine.close();
        } catch (StorageException e) {
            assertThat(e).as("a store with damage may not close in order").isNotNull();
        }
    }

    private List<Finding> findings() {
        return Stores.fsck(engine).findings();
    }

    /** Header, directory, content: of one that was never read, and of one whose directory is in memory. */
    @ParameterizedTest
    @ValueSource(ints = {20_000, 100_000})
    void shouldFindAFlippedBitAnywhereInAnObjectAlsoIfItWasReadBefore(int size) throws IOException {
        byte[] content = Stores.bytes(1, size);
        ExtentId id = extents.put(content);
        assertThat(extents.get(id)).isEqualTo(content);
        Path object = Stores.object(directory, id);
        for (int offset : new int[] {0, 5, 20, 70, 100, size / 2, (int) Files.size(object) - 1}) {
            Stores.flip(object, offset);
            assertThat(findings()).as("offset %d", offset).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.DAMAGED);
                assertThat(finding.object()).contains(id.toString());
                assertThat(finding.message()).contains("1 references");
            });
            Stores.flip(object, offset);
            assertThat(findings()).isEmpty();
        }
        Files.write(object, new byte[10]);
        assertThat(findings()).hasSize(1);
        Files.delete(object);
        assertThat(findings()).hasSize(1);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> extents.get(id))
                .withMessageContaining(id.toString());
        assertThat(extents.put(content)).as("the same content again mends it").isEqualTo(id);
        assertThat(extents.get(id)).isEqualTo(content);
        assertThat(findings()).isEmpty();
    }

    @Test
    void shouldFindDamageInAPackAndNameTheMembers() throws IOException {
        List<ExtentId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(extents.put(Stores.bytes(i, 3000)));
        }
        engine.checkpoint();
        assertThat(extents.stat(ids.get(7)).orElseThrow().home()).isEqualTo(ExtentInfo.Home.PACK);
        for (Path pack : Stores.files(directory.resolve("extents"), "p-")) {
            Stores.flipInside(pack, Stores.bytes(7, 3000));
        }
        List<Finding> found = findings();
        assertThat(found)
                .anyMatch(finding -> finding.object().contains(ids.get(7).toString()));
        assertThat(found).allMatch(finding -> finding.kind() == Kind.DAMAGED);
        assertThat(found).hasSizeLessThan(6);
        assertThatExceptionOfType(DamagedException.class).isThrownBy(() -> extents.get(ids.get(7)));
        int readable = 0;
        for (int i = 0; i < 20; i++) {
            try {
                assertThat(extents.get(ids.get(i))).isEqualTo(Stores.bytes(i, 3000));
                readable++;
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining(ids.get(i).toString());
            }
        }
        assertThat(readable).isGreaterThan(15);
        for (int i = 0; i < 20; i++) {
            assertThat(extents.put(Stores.bytes(i, 3000))).isEqualTo(ids.get(i));
            assertThat(extents.get(ids.get(i))).isEqualTo(Stores.bytes(i, 3000));
        }
    }

    @Test
    void shouldFindDamageInTheJournal() throws IOException {
        byte[] content = Stores.bytes(1, 3000);
        extents.put(content);
        int flipped = 0;
        for (Path segment : Stores.files(directory.resolve("journal"), ".seg")) {
            Stores.flipInside(segment, content);
            flipped++;
        }
        assertThat(flipped).isPositive();
        assertThat(findings()).anyMatch(finding -> finding.kind() == Kind.DAMAGED);
    }

    @Test
    void shouldFindDamageInTheCatalog() throws IOException {
        for (int i = 0; i < 500; i++) {
            extents.put(Stores.bytes(i, 10));
        }
        engine.checkpoint();
        for (String letter : List.of("t-", "m-")) {
            Path object = Stores.files(directory.resolve("extents"), letter).get(0);
            for (int offset : new int[] {10, 70, 2000, (int) Files.size(object) - 1}) {
                Stores.flip(object, offset);
                assertThat(findings())
                        .as("%s at %d", letter, offset)
                        .anyMatch(finding -> finding.kind() == Kind.DAMAGED
                                && finding.object()
                                        .contains(object.getFileName().toString()));
                Stores.flip(object, offset);
            }
            assertThat(findings()).isEmpty();
        }
        Path object = Stores.files(directory.resolve("extents"), "m-").get(0);
        Path away = object.resolveSibling("away");
        Files.move(object, away);
        assertThat(findings()).anyMatch(finding -> finding.kind() == Kind.MISSING);
        Files.move(away, object);
        assertThat(findings()).isEmpty();
    }

    @Test
    void shouldFindDamagedSuperblocks() throws IOException {
        for (String name : List.of("superblock-a", "superblock-b")) {
            Path file = directory.resolve(name);
            Stores.flip(file, 33);
            assertThat(findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.DAMAGED);
                assertThat(finding.message()).contains(name);
            });
            Stores.flip(file, 33);
        }
        assertThat(findings()).isEmpty();
    }

    @Test
    void shouldSayAtTheNextCheckWhatOpeningPutRight() throws IOException {
        extents.put(Stores.bytes(1, 10));
        engine.close();
        Stores.flip(directory.resolve("superblock-b"), 33);
        open();
        assertThat(engine.recovery().problems()).hasSize(1);
        assertThat(extents.get(extents.put(Stores.bytes(1, 10)))).isEqualTo(Stores.bytes(1, 10));
        engine.checkpoint();
        assertThat(findings()).extracting(Finding::kind).contains(Kind.REPAIRED);
    }

    @Test
    void shouldReportProgressAndStopWhenAsked() {
        for (int i = 0; i < 500; i++) {
            extents.put(Stores.bytes(i, 10));
        }
        List<String> phases = new ArrayList<>();
        FsckReport report = engine.fsck(Long.MAX_VALUE, (phase, done, total) -> {
            assertThat(done).isGreaterThanOrEqualTo(0);
            if (!phases.contains(phase)) {
                phases.add(phase);
            }
            return true;
        });
        assertThat(phases).containsExactly("superblocks", "journal", "catalog", "extents", "references");
        assertThat(report.clean()).isTrue();
        assertThat(report.extentsChecked()).isGreaterThanOrEqualTo(500);
        for (int after = 1; after < 6; after++) {
            AtomicInteger calls = new AtomicInteger(after);
            FsckReport stopped = engine.fsck(Long.MAX_VALUE, (phase, done, total) -> calls.decrementAndGet() > 0);
            assertThat(stopped.complete()).as("stopped at call %d", after).isFalse();
            assertThat(stopped.clean()).isFalse();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> engine.fsck(0, Stores.QUIET));
    }

    @Test
    void shouldCheckBesideWritesReleasesAndCheckpoints() throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            extents.put(Stores.bytes(i, 2000));
        }
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 150; i++) {
                extents.release(extents.put(Stores.bytes(i + 200, 2000)));
                extents.put(ByteBuffer.wrap(Stores.bytes(i + 10_000, 30_000)));
                if (i % 20 == 0) {
                    engine.checkpoint();
                }
            }
        });
        writer.start();
        do {
            assertThat(findings()).isEmpty();
        } while (writer.isAlive());
        writer.join();
    }
}
