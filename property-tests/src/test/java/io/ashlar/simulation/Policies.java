package io.ashlar.simulation;

import io.ashlar.Durability;
import io.ashlar.Encryption;
import io.ashlar.ExtentStore;
import io.ashlar.ReencodeReport;
import io.ashlar.StoragePolicy;
import io.ashlar.catalog.PolicyCommand;
import io.ashlar.extent.PageCodecs;
import io.ashlar.policy.PolicyTable;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Policies that come, change and go while extents are put under them and converted. */
final class Policies {
    /** The only keys that there are. */
    static final KeyRing KEYS = KeyRing.of(new byte[32], 1, key());

    private static final List<String> NAMES = List.of("", "a", "a/b", "c");
    private static final List<String> CODECS = List.of("none", "lz4", "zstd");
    private static final List<Encryption> ENCRYPTIONS = List.of(Encryption.values());

    private final SimulatedEngine engine;
    private final SplittableRandom random;
    private final Figures figures;
    private final RunLog log;
    private @Nullable CompletableFuture<?> changing;
    private boolean converting;

    Policies(SimulatedEngine engine, long seed, Figures figures, RunLog log) {
        this.engine = engine;
        this.figures = figures;
        this.log = log;
        random = new SplittableRandom(seed);
    }

    private static byte[] key() {
        byte[] key = new byte[32];
        key[0] = 1;
        return key;
    }

    /** The extents, as some policy or other has them stored. */
    ExtentStore any() throws IOException {
        List<String> names =
                new ArrayList<>(engine.core.catalog().policies().policies().keySet());
        return engine.core.extents(names.get(random.nextInt(names.size())));
    }

    /** Now and then changes one. Changes come one at a time, as in production. */
    void maybeChange() throws IOException {
        if (random.nextInt(24) != 0 || (changing != null && !changing.isDone())) {
            return;
        }
        PolicyTable before = engine.core.catalog().policies();
        String name = NAMES.get(random.nextInt(NAMES.size()));
        boolean gone = !name.isEmpty() && random.nextInt(4) == 0;
        StoragePolicy policy = new StoragePolicy(
                random.nextBoolean() ? null : CODECS.get(random.nextInt(CODECS.size())),
                random.nextInt(6) != 0 ? null : ENCRYPTIONS.get(random.nextInt(ENCRYPTIONS.size())),
                null,
                random.nextInt(4) != 0 ? null : "t");
        PolicyTable after = before.with(
                name,
                gone ? null : policy,
                codec -> PageCodecs.installed().named(codec).code());
        log.add("policy '" + name + "' " + (gone ? "goes" : policy));
        figures.count(Figure.POLICY_CHANGES);
        changing = engine.driver.submit(PolicyCommand.of(before, after), Durability.GROUPED, false);
    }

    /** Now and then converts what is there, while others go on. */
    void maybeConvert() throws IOException {
        if (converting || random.nextInt(10) != 0) {
            return;
        }
        converting = true;
        try {
            ReencodeReport report = engine.core
                    .reencoder(bytes -> {}, (phase, done, total) -> random.nextInt(8) != 0)
                    .run();
            log.add("converted " + report);
            figures.add(Figure.CONVERTED, report.converted());
        } finally {
            converting = false;
        }
    }
}
