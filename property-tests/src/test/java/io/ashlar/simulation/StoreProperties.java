package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.NameNotFoundException;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** A store does what two maps do, through the face, whatever happens to it in between. Shrinks to a short list of steps. */
class StoreProperties {
    private static final int CONTENTS = 8;
    private static final EngineSettings SETTINGS = EngineSettings.defaults()
            .withExtentPageBytes(512)
            .withInlineThresholdBytes(600)
            .withJournalSegmentBytes(8192)
            .withCheckpointJournalBytes(8192)
            .withJournalMaxBytes(640 << 10)
            .withMemoryBudgetBytes(1 << 18)
            .withGcGraceMillis(0)
            .withOrphanGraceMillis(0);

    /** What may happen to a store. */
    enum What {
        PUT,
        RETAIN,
        RELEASE,
        BIND,
        UNBIND,
        COLLECT,
        CHECKPOINT,
        CRASH,
        KILL,
        CLOSE
    }

    /** One thing that happens. */
    record Step(What what, int content, String name) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, CONTENTS - 1),
                        Arbitraries.of("a", "b", "c"))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    @Property(tries = 250)
    void aStoreDoesWhatMapsDo(@ForAll("steps") List<Step> steps, @ForAll long seed) throws IOException {
        Store store = new Store(seed, new History());
        for (Step step : steps) {
            store.perform(step);
        }
        store.perform(new Step(What.CRASH, 0, "a"));
        assertThat(store.engine.fsck().findings()).isEmpty();
        store.compare();
    }

    /** A store beside its model. */
    static final class Store {
        private final SplittableRandom random;
        private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
        private final History history;
        private SimulatedDisk disk;
        SimulatedEngine engine;

        private final int[] references = new int[CONTENTS];
        private final Map<String, Integer> names = new TreeMap<>();
        private final @Nullable ExtentId[] ids = new ExtentId[CONTENTS];

        Store(long seed, History history) throws IOException {
            this.history = history;
            random = new SplittableRandom(seed);
            disk = new SimulatedDisk(seed, clock);
            engine = open();
        }

        private SimulatedEngine open() throws IOException {
            SimulatedEngine[] opened = new SimulatedEngine[1];
            opened[0] = SimulatedEngine.open(
                    disk, clock, SETTINGS, history, new Figures(), random.nextLong(), () -> drain(opened[0]));
            history.recovered(opened[0].lastSequence());
            return opened[0];
        }

        private static void drain(SimulatedEngine waiting) {
            try {
                waiting.drain();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static byte[] content(int which) {
            byte[] content = new byte[which % 3 == 2 ? 1500 + which : 70 * which];
            new SplittableRandom(which).nextBytes(content);
            return content;
        }

        private int count(int which) {
            return references[which]
                    + (int) names.values().stream()
                            .filter(bound -> bound == which)
                            .count();
        }

        void perform(Step step) throws IOException {
            int which = step.content;
            ExtentId id = ids[which];
            switch (step.what) {
                case PUT -> {
                    ids[which] = engine.extents.put(ByteBuffer.wrap(content(which)));
                    references[which]++;
                }
                case RETAIN -> {
                    if (id != null && count(which) > 0) {
                        engine.extents.retain(id);
                        references[which]++;
                    } else if (id != null) {
                        assertThatThrownBy(() -> engine.extents.retain(id)).isInstanceOf(ExtentNotFoundException.class);
                    }
                }
                case RELEASE -> {
                    if (id != null && references[which] > 0) {
                        engine.extents.release(id);
                        references[which]--;
                    } else if (id != null) {
                        assertThatThrownBy(() -> engine.extents.release(id))
                                .isInstanceOf(ExtentNotFoundException.class);
                    }
                }
                case BIND -> {
                    if (id != null && count(which) > 0) {
                        engine.extents.bind(step.name, id);
                        names.put(step.name, which);
                    }
                }
                case UNBIND -> {
                    if (names.remove(step.name) != null) {
                        engine.extents.unbind(step.name);
                    } else {
                        assertThatThrownBy(() -> engine.extents.unbind(step.name))
                                .isInstanceOf(NameNotFoundException.class);
                    }
                }
                case COLLECT -> engine.collect();
                case CHECKPOINT -> engine.checkpoint();
                case CRASH -> reopen(disk.afterCrash(random));
                case KILL -> reopen(disk.processKilled());
                case CLOSE -> {
                    engine.close();
                    reopen(disk.afterCrash(random));
                    assertThat(engine.core.recovery().cleanShutdown()).isTrue();
                }
            }
        }

        private void reopen(SimulatedDisk left) throws IOException {
            disk = left;
            engine = open();
            compare();
        }

        void compare() {
            history.checkFaults();
            Map<String, Integer> found = new TreeMap<>();
            engine.extents
                    .names("", 100)
                    .forEach(name -> found.put(name.name(), Arrays.asList(ids).indexOf(name.id())));
            assertThat(found).isEqualTo(names);
            for (int which = 0; which < CONTENTS; which++) {
                ExtentId id = ids[which];
                if (id != null) {
                    long counted =
                            engine.extents.stat(id).map(ExtentInfo::references).orElse(0L);
                    assertThat(counted).as("references to content %d", which).isEqualTo(count(which));
                    if (counted > 0) {
                        assertThat(engine.extents.get(id)).isEqualTo(content(which));
                    }
                }
            }
        }
    }
}
