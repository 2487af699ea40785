package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    Path directory;

    /** Tables have pages of their own size: a store with others lost its catalog at the first checkpoint. */
    @ParameterizedTest
    @CsvSource({"512, XXH3_128", "4096, SHA_256", "8192, XXH3_128", "65536, SHA_256"})
    void shouldKeepWhatAStoreWasCreatedWith(int pageBytes, ExtentId.Hash hash) {
        EngineSettings settings =
                Stores.settings().withExtentPageBytes(pageBytes).withIdentity(hash);
        List<ExtentId> ids = new ArrayList<>();
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(settings).open()) {
            for (int i = 0; i < 300; i++) {
                ids.add(engine.extents().put(Stores.bytes(i, 10 * i)));
            }
            engine.checkpoint();
            ids.add(engine.extents().put(Stores.bytes(300, 2 << 20)));
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
        try (StorageEngine engine = Stores.open(directory)) {
            assertThat(engine.settings().extentPageBytes()).isEqualTo(pageBytes);
            assertThat(engine.settings().identity()).isEqualTo(hash);
            for (int i = 0; i < 300; i++) {
                assertThat(engine.extents().get(ids.get(i))).isEqualTo(Stores.bytes(i, 10 * i));
            }
            assertThat(engine.extents().put(Stores.bytes(300, 2 << 20))).isEqualTo(ids.get(300));
            assertThat(Stores.fsck(engine).clean()).isTrue();
        }
    }

    @Test
    void shouldRefuseAHashThatNeedsAKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stores.settings().withIdentity(ExtentId.Hash.HMAC_SHA_256))
                .withMessageContaining("identity is HMAC_SHA_256");
    }

    @Test
    void shouldOpenWithOtherSizesOfTheJournal() {
        List<ExtentId> ids = new ArrayList<>();
        EngineSettings settings = Stores.settings();
        List<EngineSettings> lives = List.of(
                settings,
                settings.withJournalMaxBytes(32 << 20).withJournalSegmentBytes(1 << 20),
                settings.withInlineThresholdBytes(0).withJournalSegmentBytes(8 << 10),
                settings.withInlineThresholdBytes(20 << 10),
                settings);
        for (EngineSettings life : lives) {
            try (StorageEngine engine =
                    StorageEngine.builder(directory).settings(life).open()) {
                for (int i = 0; i < 100; i++) {
                    ids.add(engine.extents().put(Stores.bytes(ids.size(), 10_000)));
                }
                for (int i = 0; i < ids.size(); i++) {
                    assertThat(engine.extents().get(ids.get(i))).isEqualTo(Stores.bytes(i, 10_000));
                }
                assertThat(Stores.fsck(engine).findings()).isEmpty();
            }
        }
    }

    @Test
    void shouldTakeEverySettingWithinItsBounds() {
        EngineSettings least = Stores.settings()
                .withExtentPageBytes(512)
                .withInlineThresholdBytes(0)
                .withJournalSegmentBytes(8 << 10)
                .withMemoryBudgetBytes(64 << 10)
                .withCommitRingSlots(2)
                .withPayloadRingSlots(2)
                .withCheckpointJournalBytes(1)
                .withBufferedForceMillis(1);
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(least).open()) {
            List<ExtentId> ids = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                ids.add(engine.extents().put(Stores.bytes(i, i * 100)));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(engine.extents().get(ids.get(i))).isEqualTo(Stores.bytes(i, i * 100));
            }
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    @Test
    void shouldRefuseSettingsOutOfBoundsByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stores.settings().withJournalSegmentBytes(4096))
                .withMessageContaining("journalSegmentBytes")
                .withMessageContaining("8192");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Stores.settings().withCheckpointJournalBytes(1).withJournalMaxBytes(600 << 10))
                .withMessageContaining("journalMaxBytes")
                .withMessageContaining("640 KiB");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stores.settings().withExtentPageBytes(1000))
                .withMessageContaining("extentPageBytes");
    }
}
