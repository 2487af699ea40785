package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.ObjectWriter;
import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.ReencodeReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoragePolicy;
import io.ashlar.drive.LostDrive;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores without metadata whose extents are compressed, encrypted, of several tenants, and spread in several ways. */
class RebuildPoliciesTest {
    @TempDir
    Path directory;

    private SealedStore store;

    @BeforeEach
    void begin() throws IOException {
        store = new SealedStore(directory);
    }

    private static final String[] POLICIES = {"", "packed", "smaller", "secret", "secret/same", "mine", "yours"};

    @Test
    void shouldBringBackPoliciesWithTheirDomains() throws IOException {
        Map<String, StoragePolicy> policies;
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            SealedStore.setPolicies(engine);
            store.putSome(engine, 1, POLICIES);
            engine.policies().set("packed", SealedStore.LZ4.withTenant("packer"));
            store.putSome(engine, 2, POLICIES);
        }
        try (StorageEngine engine = store.builder(SealedStore.ROTATED).open()) {
            store.putSome(engine, 3, POLICIES);
            Stores.pack(engine, store.taken.get(0));
            policies = engine.policies().list();
        }
        store.loseMetadata();
        RebuildReport report = store.builder(SealedStore.ROTATED).rebuild(Stores.QUIET);
        assertThat(report.findings()).isEmpty();
        assertThat(report.clean()).isTrue();
        assertThat(report.recovered()).isZero();
        try (StorageEngine engine = store.builder(SealedStore.ROTATED).open()) {
            assertThat(engine.policies().list()).isEqualTo(policies);
            store.checkAll(engine);
            SealedStore.collect(engine);
            store.checkAll(engine);
            int before = store.contents.size();
            store.putSome(engine, 3, POLICIES);
            assertThat(store.contents.size())
                    .as("all of it was there, in its domain")
                    .isEqualTo(before);
            // What was encrypted under the first key, and what the policy says otherwise now.
            ReencodeReport converted = SealedStore.reencode(engine);
            assertThat(converted.failed()).isZero();
            assertThat(converted.identityBound()).isZero();
            assertThat(converted.converted()).isEqualTo((2 * 2 + 1) * (SealedStore.LENGTHS.length + SealedStore.TREE));
            assertThat(SealedStore.reencode(engine).converted()).isZero();
            store.checkAll(engine);
            List<ExtentId> roots = new ArrayList<>();
            for (String name : List.of("of secret 1", "of mine 2")) {
                roots.add(engine.extents().resolve(name).orElseThrow());
                engine.extents().unbind(name);
                store.objects.remove(name);
            }
            SealedStore.collect(engine);
            assertThat(roots).allMatch(root -> engine.extents().stat(root).isEmpty());
            store.checkAll(engine);
            store.dropAll(engine);
        }
    }

    @Test
    void shouldFindOutDomainsWithoutACheckpoint() throws IOException {
        String[] policies = {"", "packed", "smaller", "secret"};
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            SealedStore.setPolicies(engine);
            store.putSome(engine, 1, policies);
            Stores.pack(engine, store.taken.get(0));
        }
        store.loseMetadata();
        store.loseCheckpoints();
        RebuildReport report = store.builder(SealedStore.KEYS).rebuild(Stores.QUIET);
        assertThat(report.clean()).isTrue();
        assertThat(report.recovered()).isEqualTo(store.contents.size() + store.objects.size());
        store.objects.clear();
        store.taken.clear();
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            store.checkAll(engine);
            assertThat(SealedStore.reencode(engine).converted()).isZero();
            SealedStore.setPolicies(engine);
            int before = store.contents.size();
            store.putSome(engine, 1, policies);
            assertThat(store.contents.size())
                    .as("all of it was there, in a domain like it")
                    .isEqualTo(before);
            SealedStore.unbindAll(engine);
            store.objects.clear();
            SealedStore.collect(engine);
            store.checkAll(engine);
            store.dropAll(engine);
        }
    }

    @Test
    void shouldNeverWriteInTheClearWhatWasEncrypted() throws IOException {
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            engine.policies().set("secret", SealedStore.SECRET);
            store.putSome(engine, 1, "secret");
            Stores.pack(engine, store.taken.get(0));
        }
        store.loseMetadata();
        store.loseCheckpoints();
        store.objects.clear();
        store.builder(SealedStore.ROTATED).rebuild(Stores.QUIET);
        try (StorageEngine engine = store.builder(SealedStore.ROTATED).open()) {
            assertThat(SealedStore.reencode(engine).converted())
                    .isEqualTo(SealedStore.LENGTHS.length + SealedStore.TREE);
            Stores.pack(engine, store.taken.get(0));
            store.checkAll(engine);
            assertThat(store.filesWithTheWord()).isZero();
        }
        // A ring without the old key.
        try (StorageEngine engine = store.builder(KeyRing.of(SealedStore.key(1), 8, SealedStore.key(3)))
                .open()) {
            store.checkAll(engine);
        }
    }

    /** What the checkpoint does not know has the domain that it shows; whose it was it does not show, so it is nobody's. */
    @Test
    void shouldKeepTenantsApartThatTheCheckpointDoesNotKnow() throws IOException {
        byte[] content = SealedStore.text(77, 50_000);
        byte[] other = SealedStore.text(78, 50_000);
        ExtentId mine;
        ExtentId plain;
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            SealedStore.setPolicies(engine);
            engine.checkpoint();
            mine = store.put(engine.extents("mine"), content);
            plain = store.put(engine.extents(), other);
            store.crash();
        }
        store.recoverFromCrash();
        store.loseMetadata();
        RebuildReport report = store.builder(SealedStore.KEYS).rebuild(Stores.QUIET);
        assertThat(report.checkpointMillis()).isPresent();
        assertThat(report.recovered()).isEqualTo(2);
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            assertThat(engine.extents().put(content)).isNotEqualTo(mine);
            assertThat(engine.extents("yours").put(content)).isNotEqualTo(mine);
            assertThat(engine.extents().put(other)).isNotEqualTo(plain);
            store.checkAll(engine);
        }
    }

    @Test
    void shouldBringALostLeafBackInItsDomain() throws IOException {
        for (boolean checkpoint : new boolean[] {true, false}) {
            for (String policy : new String[] {"packed", "secret"}) {
                store = new SealedStore(directory.resolve(policy + checkpoint));
                byte[] leaf = SealedStore.text(1, 2 << 20);
                ExtentId id;
                try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
                    SealedStore.setPolicies(engine);
                    try (ObjectWriter object = engine.extents(policy).newObject()) {
                        object.write(ByteBuffer.wrap(leaf));
                        object.write(ByteBuffer.wrap(SealedStore.text(2, 1 << 20)));
                        object.finish("object");
                    }
                    id = engine.extents(policy).put(leaf);
                    Stores.pack(engine, id);
                    engine.extents().release(id);
                }
                store.loseMetadata();
                Files.delete(Stores.object(store.place(), id));
                if (!checkpoint) {
                    store.loseCheckpoints();
                }
                assertThat(store.builder(SealedStore.KEYS).rebuild(Stores.QUIET).lost())
                        .isEqualTo(1);
                try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
                    SealedStore.setPolicies(engine);
                    assertThat(engine.extents(policy).put(leaf)).isEqualTo(id);
                    assertThat(Stores.fsck(engine).findings()).isEmpty();
                    engine.extents().release(id);
                    SealedStore.unbindAll(engine);
                    SealedStore.collect(engine);
                    assertThat(engine.statistics().extents()).isZero();
                }
            }
        }
    }

    /** A store without a checkpoint, and all that is told by names is told by those of encrypted extents. */
    @Test
    void shouldFindSettingsWhereEverythingIsEncrypted() throws IOException {
        ExtentId id;
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            engine.policies().set("", SealedStore.SECRET);
            id = store.put(engine.extents(), SealedStore.text(1, 50_000));
            store.crash();
        }
        store.recoverFromCrash();
        store.loseMetadata();
        store.loseCheckpoints();
        store.builder(SealedStore.KEYS).rebuild(Stores.QUIET);
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            store.checkAll(engine);
            engine.policies().set("", SealedStore.SECRET);
            assertThat(engine.extents().put(SealedStore.text(1, 50_000))).isEqualTo(id);
        }
    }

    // ---- drives -----------------------------------------------------------------------------------------------------

    /** Unprotected copies never stand in for protected ones, whoever knew of them. */
    @Test
    void shouldKeepRedundanciesApart() throws IOException {
        for (boolean checkpoint : new boolean[] {true, false}) {
            store = new SealedStore(directory.resolve("with" + checkpoint));
            byte[] content = SealedStore.text(1, 50_000);
            byte[] later = SealedStore.text(2, 50_000);
            ExtentId scratch;
            ExtentId precious;
            ExtentId after;
            try (StorageEngine engine = store.overDrives().open()) {
                engine.policies().set("scratch", SealedStore.NOTHING.withRedundancy(Redundancy.copies(1)));
                engine.policies().set("precious", SealedStore.SECRET.withRedundancy(Redundancy.copies(3)));
                scratch = store.put(engine.extents("scratch"), content);
                precious = store.put(engine.extents("precious"), content);
                store.putSome(engine, 3, "", "scratch", "precious");
                Stores.pack(engine, scratch);
                after = store.put(engine.extents("scratch"), later);
                store.crash();
            }
            store.recoverFromCrash();
            store.loseMetadataOverDrives();
            if (!checkpoint) {
                store.loseCheckpoints();
                store.objects.clear();
            }
            RebuildReport report = store.overDrives().rebuild(Stores.QUIET);
            assertThat(report.clean()).isTrue();
            List<ExtentId> kept = new ArrayList<>();
            try (StorageEngine engine = store.overDrives().open()) {
                store.checkAll(engine);
                engine.policies().set("scratch", SealedStore.NOTHING.withRedundancy(Redundancy.copies(1)));
                engine.policies().set("precious", SealedStore.SECRET.withRedundancy(Redundancy.copies(3)));
                assertThat(engine.extents("precious").put(content)).isEqualTo(precious);
                assertThat(engine.extents("scratch").put(content)).isEqualTo(scratch);
                assertThat(engine.extents("scratch").put(later)).isEqualTo(after);
                for (byte[] each : List.of(content, later)) {
                    ExtentId id = engine.extents().put(each);
                    assertThat(id).isNotIn(scratch, after);
                    kept.add(id);
                }
                assertThat(SealedStore.reencode(engine).failed()).isZero();
            }
            LostDrive.lose(store.drive(1));
            LostDrive.lose(store.drive(2));
            try (StorageEngine engine = store.overDrives()
                    .drives(SealedStore.FOUR_AND_TWO.withQuorum(4), store.places())
                    .open()) {
                assertThat(engine.extents().get(kept.get(0))).isEqualTo(content);
                assertThat(engine.extents().get(kept.get(1))).isEqualTo(later);
                assertThat(engine.extents().get(precious)).isEqualTo(content);
            }
        }
    }
}
