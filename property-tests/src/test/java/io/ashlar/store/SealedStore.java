package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.Redundancy;
import io.ashlar.ReencodeReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoragePolicy;
import io.ashlar.StorePolicies;
import io.ashlar.drive.LostDrive;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store with policies, what was put into it, and the ways to lose what a rebuild brings back. */
final class SealedStore {
    /** One key, of number 7. */
    static final KeyRing KEYS = KeyRing.of(key(1), 7, key(2));

    /** The same, and number 8, which is the current one. */
    static final KeyRing ROTATED = KEYS.rotatedTo(8, key(3));

    static final StoragePolicy NOTHING = StoragePolicy.INHERITED;
    static final StoragePolicy LZ4 = NOTHING.withCodec("lz4");
    static final StoragePolicy SECRET = NOTHING.withEncryption(Encryption.RANDOM);
    static final Redundancy FOUR_AND_TWO = Redundancy.of(4, 2).withQuorum(6);

    /** Two that leave the journal for packs, one of an object of its own. */
    static final int[] LENGTHS = {300, 5_000, 40_000};

    /** Leaves and the node of an object that {@link #putTree} puts. */
    static final int TREE = 3;

    private static final String WORD = "Durchfuehrung-";
    private static final int DRIVES = 6;

    private final Path directory;

    final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();
    final Map<String, byte[]> objects = new LinkedHashMap<>();
    final List<ExtentId> taken = new ArrayList<>();

    SealedStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    static byte[] key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }

    StorageEngine.Builder builder(@Nullable KeyProvider keys) {
        StorageEngine.Builder builder =
                StorageEngine.builder(place()).settings(Stores.settings().withMemoryBudgetBytes(1 << 16));
        return keys == null ? builder : builder.keys(keys);
    }

    Path place() {
        return directory.resolve("store");
    }

    /** Notes what a crash at this moment would leave. */
    void crash() throws IOException {
        LostDrive.copy(directory, directory.resolve("crashed"));
    }

    /** Has things be as that crash left them. The store is closed: drives know where they are, so that two of each would not do. */
    void recoverFromCrash() throws IOException {
        Path crashed = directory.resolve("crashed");
        try (Stream<Path> all = Files.list(crashed)) {
            for (Path each : all.toList()) {
                Path place = directory.resolve(each.getFileName());
                LostDrive.lose(place);
                Files.move(each, place);
            }
        }
        Files.delete(crashed);
    }

    StorageEngine.Builder overDrives() {
        return builder(ROTATED).drives(FOUR_AND_TWO, places());
    }

    List<URI> places() {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            places.add(drive(drive).toUri());
        }
        return places;
    }

    Path drive(int number) {
        return directory.resolve("drive-" + number);
    }

    void loseMetadata() throws IOException {
        Losses.metadata(place());
    }

    void loseMetadataOverDrives() throws IOException {
        Losses.metadata(place(), directory);
    }

    void loseCheckpoints() throws IOException {
        Losses.checkpoints(directory);
    }

    /** Content that compresses, and has the word in every page. */
    static byte[] text(int seed, int length) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORD).append(random.nextInt(1000)).append(' ');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    ExtentId put(ExtentStore extents, byte[] content) {
        ExtentId id = extents.put(content);
        contents.put(id, content);
        taken.add(id);
        return id;
    }

    void putSome(StorageEngine engine, int seed, String... policies) {
        for (String policy : policies) {
            for (int length : LENGTHS) {
                put(engine.extents(policy), text(seed + length, length));
            }
            putTree(engine, seed, policy);
        }
    }

    ExtentId putTree(StorageEngine engine, int seed, String policy) {
        byte[] content = text(seed, 5 << 19);
        try (ObjectWriter object = engine.extents(policy).newObject()) {
            object.write(ByteBuffer.wrap(content));
            objects.put("of " + policy + " " + seed, content);
            return object.finish("of " + policy + " " + seed);
        }
    }

    /** Reads all extents, and those objects that have their names; and has all checked. */
    void checkAll(StorageEngine engine) {
        contents.forEach((id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
        objects.forEach((name, content) -> {
            try (ObjectReader reader =
                    engine.extents().openObject(engine.extents().resolve(name).orElseThrow())) {
                ByteBuffer bytes = ByteBuffer.allocate(content.length);
                reader.read(0, bytes);
                assertThat(bytes.array()).isEqualTo(content);
            }
        });
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    static void collect(StorageEngine engine) {
        for (int round = 0; round < 2; round++) {
            engine.checkpoint();
            engine.collect(false, Stores.QUIET);
        }
    }

    /** Releases and unbinds all there is: then nothing is left. */
    void dropAll(StorageEngine engine) {
        taken.stream()
                .filter(id -> engine.extents().stat(id).orElseThrow().references() > 0)
                .forEach(engine.extents()::release);
        unbindAll(engine);
        collect(engine);
        assertThat(engine.statistics().extents()).isZero();
    }

    static void unbindAll(StorageEngine engine) {
        engine.extents().names("", 1_000).forEach(name -> engine.extents().unbind(name.name()));
    }

    static ReencodeReport reencode(StorageEngine engine) {
        return engine.policies().reencode(Long.MAX_VALUE, Stores.QUIET);
    }

    long filesWithTheWord() throws IOException {
        long found = 0;
        for (Path file : Stores.files(directory, "")) {
            found += new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(WORD) ? 1 : 0;
        }
        return found;
    }

    static void setPolicies(StorageEngine engine) {
        StorePolicies policies = engine.policies();
        policies.set("packed", LZ4);
        policies.set("smaller", NOTHING.withCodec("zstd"));
        policies.set("secret", SECRET);
        policies.set("secret/same", LZ4.withEncryption(Encryption.CONVERGENT));
        policies.set("mine", NOTHING.withTenant("me"));
        policies.set("yours", LZ4.withTenant("you"));
    }
}
