package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.RebuildReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.UnknownKeyException;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores without metadata of which some is encrypted, and the keys are there or not. */
class RebuildKeysTest {
    @TempDir
    Path directory;

    private SealedStore store;

    @BeforeEach
    void begin() throws IOException {
        store = new SealedStore(directory);
    }

    @Test
    void shouldTakeNoKeysForWhatIsNoNode() throws IOException {
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            SealedStore.setPolicies(engine);
            for (int length : SealedStore.LENGTHS) {
                store.put(engine.extents("secret"), SealedStore.text(length, length));
                store.put(engine.extents("secret/same"), SealedStore.text(length, length));
            }
            Stores.pack(engine, store.taken.get(0));
        }
        store.loseMetadata();
        assertThat(store.builder(null).rebuild(Stores.QUIET).clean()).isTrue();
        try (StorageEngine engine = store.builder(null).open()) {
            assertThatExceptionOfType(UnknownKeyException.class)
                    .isThrownBy(() -> engine.extents().get(store.taken.get(0)));
            SealedStore.collect(engine);
        }
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            store.checkAll(engine);
            store.dropAll(engine);
        }
    }

    /** A node that cannot be opened would be left out, and so deleted one day; and what it refers to would be counted wrongly. */
    @Test
    void shouldRefuseWithoutTheKeysOfNodes() throws IOException {
        KeyRing unlike = KeyRing.of(SealedStore.key(1), 7, SealedStore.key(9));
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            SealedStore.setPolicies(engine);
            store.putSome(engine, 1, "secret", "packed");
        }
        store.loseMetadata();
        List<Path> before = Stores.files(store.place(), "-");
        for (boolean salvage : new boolean[] {false, true}) {
            assertThatExceptionOfType(UnknownKeyException.class)
                    .as("no keys at all, which somebody forgot")
                    .isThrownBy(() -> rebuild(null, salvage))
                    .withMessageContaining("key 7");
            assertThatExceptionOfType(StorageException.class)
                    .as("keys that cannot be had just now")
                    .isThrownBy(() -> rebuild(new SilentKeys(), salvage))
                    .withMessageContaining("key server");
        }
        assertThatExceptionOfType(UnknownKeyException.class)
                .isThrownBy(() -> rebuild(KeyRing.of(SealedStore.key(1), 8, SealedStore.key(3)), false))
                .withMessageContaining("key 7");
        assertThatExceptionOfType(StorageException.class)
                .as("another key of that number")
                .isThrownBy(() -> rebuild(unlike, false))
                .withMessageContaining("not the one that it was written with");
        assertThat(Stores.files(store.place(), "-")).as("nothing is left of it").isEqualTo(before);
        store.builder(SealedStore.KEYS).rebuild(Stores.QUIET);
        try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
            store.checkAll(engine);
        }
    }

    private RebuildReport rebuild(@Nullable KeyProvider keys, boolean salvage) {
        StorageEngine.Builder builder = store.builder(keys);
        return (salvage ? builder.salvage() : builder).rebuild(Stores.QUIET);
    }

    private static final class SilentKeys implements KeyProvider {
        @Override
        public int currentKeyId() {
            return 7;
        }

        @Override
        public Optional<SecretKey> find(int keyId) throws IOException {
            throw new IOException("the key server does not answer");
        }

        @Override
        public SecretKey identityKey() {
            return SealedStore.KEYS.identityKey();
        }
    }

    @Test
    void shouldSalvageWhatIsNotUnderAKeyThatIsGone() throws IOException {
        int i = 0;
        for (KeyRing left : List.of(
                KeyRing.of(SealedStore.key(1), 8, SealedStore.key(3)),
                KeyRing.of(SealedStore.key(1), 7, SealedStore.key(9)))) {
            store = new SealedStore(directory.resolve("without-" + i++));
            try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
                SealedStore.setPolicies(engine);
                store.putSome(engine, 1, "secret", "packed");
            }
            store.loseMetadata();
            RebuildReport report = rebuild(left, true);
            assertThat(report.clean()).isFalse();
            assertThat(report.unreadable()).as("the node").isEqualTo(1);
            assertThat(report.findings()).anyMatch(line -> line.contains("key"));
            try (StorageEngine engine = store.builder(SealedStore.KEYS).open()) {
                store.objects.remove("of secret 1");
                store.checkAll(engine);
                assertThat(engine.extents().resolve("of packed 1")).isPresent();
                assertThat(engine.extents().resolve("of secret 1")).isEmpty();
            }
        }
    }
}
