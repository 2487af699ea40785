package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.PolicyNotFoundException;
import io.ashlar.Redundancy;
import io.ashlar.ReencodeReport;
import io.ashlar.SparseExtent;
import io.ashlar.StorageEngine;
import io.ashlar.StoragePolicy;
import io.ashlar.StorePolicies;
import io.ashlar.UnknownKeyException;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.format.SuperblockLayout;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesTest {
    private static final KeyRing KEYS = KeyRing.of(key(1), 7, key(2));
    private static final StoragePolicy LZ4 = StoragePolicy.INHERITED.withCodec("lz4");
    private static final StoragePolicy SECRET = StoragePolicy.INHERITED.withEncryption(Encryption.RANDOM);

    /** What nobody would write twice by chance, so that it can be looked for in files. */
    private static final String WORD = "Kontrapunktik-";

    @TempDir
    Path directory;

    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();

    /** The references that were taken. */
    private final List<ExtentId> taken = new ArrayList<>();

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }

    private StorageEngine open(KeyRing keys) {
        return StorageEngine.builder(directory)
                .settings(Stores.settings())
                .keys(keys)
                .open();
    }

    /** Content that compresses, and has the word in every page. */
    private static byte[] text(int seed, int length) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(seed);
        while (text.length() < length) {
            text.append(WORD).append(random.nextInt(1000)).append(' ');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    private ExtentId put(ExtentStore extents, byte[] content) {
        ExtentId id = extents.put(content);
        contents.put(id, content);
        taken.add(id);
        return id;
    }

    private void putSome(ExtentStore extents, int seed) {
        for (int length : new int[] {0, 1, 300, 5_000, 16_384, 16_385, 100_000, 2 << 20}) {
            put(extents, text(seed + length, length));
            put(extents, Stores.bytes(seed + length, length));
        }
    }

    private void checkAll(StorageEngine engine) {
        contents.forEach((id, content) -> {
            assertThat(engine.extents().get(id)).isEqualTo(content);
            if (content.length > 10) {
                ByteBuffer part = ByteBuffer.allocate(Math.min(5_000, content.length / 2));
                int offset = content.length / 3;
                assertThat(engine.extents().get(id, offset, part)).isEqualTo(part.capacity());
                assertThat(part.array()).isEqualTo(Arrays.copyOfRange(content, offset, offset + part.capacity()));
            }
        });
        FsckReport report = engine.fsck(Long.MAX_VALUE, Stores.QUIET);
        assertThat(report.findings()).isEmpty();
        assertThat(report.clean()).isTrue();
    }

    private long storedBytes(StorageEngine engine, ExtentId id) {
        return engine.extents().stat(id).orElseThrow().storedBytes();
    }

    /** How many files of the store have the word in them. */
    private long filesWithTheWord() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(WORD)) {
                    found.add(file);
                }
            }
            return found.size();
        }
    }

    @Test
    void shouldStoreAsThePolicySays() throws IOException {
        try (StorageEngine engine = open(KEYS)) {
            StorePolicies policies = engine.policies();
            policies.set("packed", LZ4);
            policies.set("packed/secret", SECRET);
            policies.set("same", StoragePolicy.INHERITED.withEncryption(Encryption.CONVERGENT));
            putSome(engine.extents("packed"), 1);
            ExtentId packed = put(engine.extents("packed"), text(50, 1 << 20));
            assertThat(storedBytes(engine, packed)).isLessThan(1 << 19);
            assertThat(packed.hash()).isEqualTo(ExtentId.Hash.XXH3_128);
            ExtentId secret = put(engine.extents("packed/secret"), text(51, 1 << 20));
            assertThat(storedBytes(engine, secret)).isLessThan(1 << 19);
            assertThat(secret.hash()).isEqualTo(ExtentId.Hash.HMAC_SHA_256);
            putSome(engine.extents("packed/secret"), 2);
            putSome(engine.extents("same"), 3);
            putSome(engine.extents(), 4);
            checkAll(engine);
            engine.checkpoint();
            checkAll(engine);
        }
        try (StorageEngine engine = open(KEYS)) {
            assertThat(engine.policies().list()).containsOnlyKeys("", "packed", "packed/secret", "same");
            assertThat(engine.policies().effective("packed/secret")).isEqualTo(LZ4.withEncryption(Encryption.RANDOM));
            checkAll(engine);
            taken.forEach(engine.extents()::release);
            engine.collect(false, Stores.QUIET);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    @Test
    void shouldLeaveNothingReadableOfWhatIsEncrypted() throws IOException {
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("secret", SECRET);
            for (int i = 0; i < 200; i++) {
                put(engine.extents("secret"), text(i, 50 * i));
            }
            put(engine.extents("secret"), text(1000, 2 << 20));
            try (ObjectWriter object = engine.extents("secret").newObject()) {
                object.write(ByteBuffer.wrap(text(1001, 5 << 20)));
                object.finish("object");
            }
            assertThat(filesWithTheWord()).as("in the journal").isZero();
            engine.checkpoint();
            engine.checkpoint();
            assertThat(filesWithTheWord()).as("in packs").isZero();
            checkAll(engine);
            put(engine.extents(), text(1, 3_000));
            assertThat(filesWithTheWord())
                    .as("the search finds what is not encrypted")
                    .isPositive();
        }
    }

    @Test
    void shouldFindEqualContentInItsDomainOnly() {
        try (StorageEngine engine = open(KEYS)) {
            StorePolicies policies = engine.policies();
            policies.set("a", LZ4);
            policies.set("b", LZ4);
            policies.set("mine", LZ4.withTenant("me"));
            policies.set("secret", SECRET);
            policies.set("secret/packed", LZ4);
            for (int length : new int[] {400, 100_000}) {
                byte[] content = text(length, length);
                ExtentId plain = put(engine.extents(), content);
                ExtentId a = put(engine.extents("a"), content);
                ExtentId mine = put(engine.extents("mine"), content);
                ExtentId secret = put(engine.extents("secret"), content);
                ExtentId both = put(engine.extents("secret/packed"), content);
                assertThat(List.of(plain, a, mine, secret, both)).doesNotHaveDuplicates();
                assertThat(engine.extents("b").put(content)).isEqualTo(a);
                assertThat(engine.extents("secret").put(content)).isEqualTo(secret);
                assertThat(engine.extents().put(content)).isEqualTo(plain);
                assertThat(engine.extents("mine").put(content)).isEqualTo(mine);
                assertThat(engine.extents("secret/packed").put(content)).isEqualTo(both);
                assertThat(engine.extents().stat(a).orElseThrow().references()).isEqualTo(2);
            }
            engine.checkpoint();
            checkAll(engine);
        }
    }

    @Test
    void shouldKeepHolesAndTrees() throws IOException {
        BitSet present = new BitSet();
        present.set(1);
        present.set(7, 20);
        byte[] pages = text(3, 14 * 4096);
        byte[] large = text(4, 7 << 20);
        ExtentId sparse;
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("", LZ4.withEncryption(Encryption.CONVERGENT));
            sparse = engine.extents().put(new SparseExtent(4096, 30 * 4096, present, ByteBuffer.wrap(pages)));
            try (ObjectWriter object = engine.extents().newObject()) {
                object.write(ByteBuffer.wrap(large));
                object.finish("large");
            }
        }
        try (StorageEngine engine = open(KEYS)) {
            SparseExtent found = engine.extents().getSparse(sparse);
            assertThat(found.present()).isEqualTo(present);
            assertThat(found.bytes()).isEqualTo(ByteBuffer.wrap(pages));
            ExtentId root = engine.extents().resolve("large").orElseThrow();
            try (ObjectReader object = engine.extents().openObject(root)) {
                ByteBuffer bytes = ByteBuffer.allocate(large.length);
                while (bytes.hasRemaining()) {
                    object.read(bytes.position(), bytes);
                }
                assertThat(bytes.array()).isEqualTo(large);
            }
            checkAll(engine);
            engine.extents().unbind("large");
            engine.extents().release(sparse);
            engine.collect(false, Stores.QUIET);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    @Test
    void shouldConvertWhatIsThere() {
        try (StorageEngine engine = open(KEYS)) {
            StorePolicies policies = engine.policies();
            policies.set("a", StoragePolicy.INHERITED.withTenant("a"));
            policies.set("other", StoragePolicy.INHERITED);
            policies.set("secret", SECRET);
            putSome(engine.extents("a"), 1);
            putSome(engine.extents(), 2);
            putSome(engine.extents("secret"), 3);
            engine.checkpoint();
            putSome(engine.extents("a"), 10);
            byte[] large = text(99, 6 << 20);
            try (ObjectWriter object = engine.extents("a").newObject()) {
                object.write(ByteBuffer.wrap(large));
                object.finish("large");
            }
            ReencodeReport before = policies.reencode(Long.MAX_VALUE, Stores.QUIET);
            assertThat(before.converted()).isZero();
            policies.set("a", LZ4.withTenant("a"));
            policies.set("secret", SECRET.withCodec("zstd"));
            ExtentId again = put(engine.extents("a"), text(1 + 100_000, 100_000));
            ReencodeReport report = policies.reencode(Long.MAX_VALUE, Stores.QUIET);
            assertThat(report.complete()).isTrue();
            assertThat(report.failed()).isZero();
            assertThat(report.identityBound()).isZero();
            // Of each 16 the two without content are one, and so are those of one letter; an object is three leaves and
            // a node.
            assertThat(report.converted()).isEqualTo(15 + 13 + 4 + 15);
            assertThat(report.bytesAfter()).isLessThan(report.bytesBefore() * 3 / 4);
            assertThat(policies.reencode(Long.MAX_VALUE, Stores.QUIET).converted())
                    .isZero();
            checkAll(engine);
            assertThat(engine.extents().get(again)).isEqualTo(text(1 + 100_000, 100_000));
            engine.collect(false, Stores.QUIET);
            engine.checkpoint();
            checkAll(engine);
        }
        try (StorageEngine engine = open(KEYS)) {
            checkAll(engine);
            assertThat(engine.policies().reencode(Long.MAX_VALUE, Stores.QUIET).converted())
                    .isZero();
            engine.policies().remove("a");
            ReencodeReport report = engine.policies().reencode(Long.MAX_VALUE, Stores.QUIET);
            assertThat(report.converted()).isGreaterThan(30);
            checkAll(engine);
            engine.extents().unbind("large");
            taken.forEach(engine.extents()::release);
            engine.collect(false, Stores.QUIET);
            assertThat(engine.statistics().extents()).isZero();
        }
    }

    @Test
    void shouldNotConvertBetweenPlainAndEncrypted() {
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("a", LZ4);
            ExtentId id = put(engine.extents("a"), text(1, 50_000));
            engine.policies().set("a", LZ4.withEncryption(Encryption.RANDOM));
            ReencodeReport report = engine.policies().reencode(Long.MAX_VALUE, Stores.QUIET);
            assertThat(report.identityBound()).isEqualTo(1);
            assertThat(report.converted()).isZero();
            assertThat(put(engine.extents("a"), text(1, 50_000))).isNotEqualTo(id);
            checkAll(engine);
        }
    }

    @Test
    void shouldRotateKeys() {
        KeyRing rotated = KEYS.rotatedTo(8, key(3));
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("secret", SECRET);
            putSome(engine.extents("secret"), 1);
            engine.checkpoint();
        }
        try (StorageEngine engine = open(rotated)) {
            checkAll(engine);
            byte[] content = text(1 + 300, 300);
            assertThat(contents).containsKey(engine.extents("secret").put(content));
            int extents = contents.size();
            putSome(engine.extents("secret"), 2);
            ReencodeReport report = engine.policies().reencode(Long.MAX_VALUE, Stores.QUIET);
            assertThat(report.converted()).isEqualTo(extents);
            engine.collect(false, Stores.QUIET);
        }
        // A ring without the old key.
        try (StorageEngine engine = open(KeyRing.of(key(1), 8, key(3)))) {
            checkAll(engine);
        }
    }

    @Test
    void shouldReadWithoutKeysWhatIsNotEncrypted() {
        ExtentId secret;
        ExtentId packed;
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("secret", SECRET);
            engine.policies().set("packed", LZ4);
            secret = engine.extents("secret").put(text(1, 3_000));
            packed = put(engine.extents("packed"), text(2, 3_000));
            engine.extents("secret").put(text(3, 300_000));
            try (ObjectWriter object = engine.extents("secret").newObject()) {
                object.write(ByteBuffer.wrap(text(4, 5 << 20)));
                object.finish("large");
            }
        }
        try (StorageEngine engine = Stores.open(directory)) {
            assertThat(engine.extents().get(packed)).isEqualTo(contents.get(packed));
            assertThatThrownBy(() -> engine.extents().get(secret)).isInstanceOf(UnknownKeyException.class);
            assertThatThrownBy(() -> engine.extents("secret").put(text(5, 100)))
                    .isInstanceOf(UnknownKeyException.class);
            assertThatThrownBy(() -> engine.extents("secret").put(ByteBuffer.allocate(9), Durability.BUFFERED))
                    .isInstanceOf(UnknownKeyException.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> engine.policies().set("new", SECRET));
            FsckReport report = engine.fsck(Long.MAX_VALUE, Stores.QUIET);
            assertThat(report.findings())
                    .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(FsckReport.Kind.LOCKED));
            // Two extents, and an object's three leaves and its node.
            assertThat(report.problems()).isEqualTo(6);
            // Packs are moved, and garbage is collected, without looking into what is encrypted.
            engine.extents().release(packed);
            engine.extents().release(secret);
            engine.extents().unbind("large");
            engine.collect(false, Stores.QUIET);
            engine.checkpoint();
        }
        try (StorageEngine engine = open(KEYS)) {
            assertThat(engine.collect(false, Stores.QUIET).sweptExtents()).isPositive();
            contents.clear();
            checkAll(engine);
        }
    }

    private long features() throws IOException {
        long newest = 0;
        long features = 0;
        for (String copy : new String[] {"superblock-a", "superblock-b"}) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(directory.resolve(copy))).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.getLong(SuperblockLayout.COUNTER_OFFSET) > newest) {
                newest = bytes.getLong(SuperblockLayout.COUNTER_OFFSET);
                features = bytes.getLong(SuperblockLayout.FEATURES_OFFSET);
            }
        }
        return features;
    }

    /** Before the first of them, since engines that know none would fail in the middle of the journal. */
    @Test
    void shouldSayInTheSuperblockThatThereAreDomains() throws IOException {
        try (StorageEngine engine = open(KEYS)) {
            put(engine.extents(), text(1, 100));
            engine.checkpoint();
            assertThat(features()).isZero();
            engine.policies().set("", StoragePolicy.INHERITED);
            assertThat(features()).as("nothing has changed").isZero();
            engine.policies().set("", LZ4);
            assertThat(features()).isEqualTo(Superblock.DOMAINS);
        }
        try (StorageEngine engine = open(KEYS)) {
            put(engine.extents(), text(2, 100));
            engine.checkpoint();
            engine.checkpoint();
            assertThat(features()).isEqualTo(Superblock.DOMAINS);
        }
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        try (StorageEngine engine = open(KEYS)) {
            StorePolicies policies = engine.policies();
            assertThatIllegalArgumentException().isThrownBy(() -> policies.set("a", LZ4.withCodec("lz5")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policies.set("a", LZ4.withRedundancy(Redundancy.of(4, 2))));
            assertThatIllegalArgumentException().isThrownBy(() -> policies.set("a//b", LZ4));
            assertThatIllegalArgumentException().isThrownBy(() -> policies.remove(""));
            assertThatIllegalArgumentException().isThrownBy(() -> engine.extents("/"));
            assertThat(policies.remove("a")).isFalse();
            assertThat(policies.get("a")).isEmpty();
            assertThat(policies.list()).containsOnlyKeys("");
            ExtentStore nowhere = engine.extents("a");
            assertThatThrownBy(() -> nowhere.put(new byte[10])).isInstanceOf(PolicyNotFoundException.class);
            assertThatThrownBy(() -> policies.effective("a")).isInstanceOf(PolicyNotFoundException.class);
            policies.set("a", LZ4);
            put(nowhere, text(1, 30_000));
            policies.remove("a");
            assertThatThrownBy(() -> nowhere.put(new byte[10])).isInstanceOf(PolicyNotFoundException.class);
            checkAll(engine);
        }
        try (StorageEngine engine = StorageEngine.builder(directory).readOnly().open()) {
            assertThat(engine.policies().list()).containsOnlyKeys("");
            assertThatThrownBy(() -> engine.policies().set("a", LZ4)).isInstanceOf(IllegalStateException.class);
            contents.forEach(
                    (id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
        }
    }

    @Test
    void shouldNoticeAnotherKeyOfTheSameNumber() {
        ExtentId id;
        try (StorageEngine engine = open(KEYS)) {
            engine.policies().set("secret", SECRET);
            id = engine.extents("secret").put(text(1, 40_000));
        }
        try (StorageEngine engine = open(KeyRing.of(key(1), 7, key(5)))) {
            assertThatThrownBy(() -> engine.extents().get(id)).isInstanceOf(DamagedException.class);
        }
    }
}
