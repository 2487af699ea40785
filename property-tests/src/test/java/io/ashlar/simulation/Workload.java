package io.ashlar.simulation;

import io.ashlar.BackPressureException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ObjectWriter;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.Orphans;
import io.ashlar.catalog.Pins;
import io.ashlar.simulation.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What users and the engine's own parts do to an open engine, one random step at a time. Calls that wait take their place in
 * the middle of a step and let other steps go on, as the threads of several users would.
 */
final class Workload {
    private static final int WAITS_MAX = 3;
    private static final int UNDER_WAY_MAX = 8;
    private static final int LOG_MAX = 40;
    private static final String[] NAMES = {"a", "b", "c", "d"};

    private record Pinned(Pins.Pin pin, List<ExtentId> seen) {}

    private final SplittableRandom random;
    private final Contents contents;
    private final Weather weather;
    private final Figures figures;
    private final SimulatedEngine engine;
    private final History history;
    private final List<Pinned> pins = new ArrayList<>();
    private final Map<ExtentId, Integer> acknowledged = new HashMap<>();
    private final ArrayDeque<String> log;
    private @Nullable Orphans orphans;
    private int waits;

    Workload(
            SimulatedEngine engine,
            SplittableRandom random,
            Contents contents,
            Weather weather,
            Figures figures,
            ArrayDeque<String> log) {
        this.engine = engine;
        this.random = random;
        this.contents = contents;
        this.weather = weather;
        this.figures = figures;
        this.log = log;
        history = engine.history;
    }

    private void log(String what) {
        log.add(what);
        if (log.size() > LOG_MAX) {
            log.remove();
        }
    }

    /** Does one thing. What the engine is allowed to refuse, it may. */
    void step() {
        figures.count(Figure.STEPS);
        try {
            int toss = random.nextInt(100);
            if (toss < 24) {
                user();
            } else {
                part(toss);
            }
        } catch (StorageException e) {
            refused(e);
        } catch (IOException e) {
            // A fault of the disk; whoever asked is told, and the engine goes on or has latched.
            log("failed: " + e.getMessage());
        }
        history.checkFaults();
        Violation.unless(
                !weather.isGood() || !engine.driver.hasFailed() || engine.disk.isDead(),
                () -> "the store failed although its disk did not: "
                        + engine.core.latch().failure());
    }

    private void refused(StorageException e) {
        if (e instanceof StoreFullException) {
            figures.count(Figure.REFUSED_FULL);
        }
        log("refused: " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    // ---- users --------------------------------------------------------------------------------------------------

    private void user() throws IOException {
        boolean room = engine.driver.putsUnderWay() + engine.driver.commitsUnderWay() < UNDER_WAY_MAX;
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5, 6 -> {
                if (room) {
                    put();
                }
            }
            case 7, 8 -> waiting(this::putAndWait);
            case 9 -> waiting(this::object);
            case 10, 11 -> retain();
            case 12, 13, 14, 15, 16 -> release();
            case 17, 18 -> waiting(this::bind);
            case 19, 20 -> waiting(this::unbind);
            case 21 -> pin();
            case 22 -> unpin();
            default -> read();
        }
    }

    private void waiting(Runnable call) {
        if (waits < WAITS_MAX) {
            waits++;
            try {
                call.run();
            } finally {
                waits--;
            }
        }
    }

    private Durability durability() {
        return random.nextInt(3) == 0 ? Durability.BUFFERED : Durability.GROUPED;
    }

    private void put() {
        byte[] content = contents.draw(random);
        Durability durability = durability();
        log("put " + content.length + " bytes " + durability);
        acknowledge(engine.extents.put(ByteBuffer.wrap(content), durability), content);
    }

    private void putAndWait() {
        byte[] content = contents.draw(random);
        log("put " + content.length + " bytes SYNC");
        acknowledged(engine.extents.put(ByteBuffer.wrap(content)), content);
    }

    private void acknowledge(CompletableFuture<ExtentId> put, byte[] content) {
        CompletableFuture<Void> unused = put.handle((id, failure) -> {
            if (failure == null) {
                acknowledged(id, content);
            } else if (weather.isGood()
                    && !engine.disk.isDead()
                    && !engine.driver.hasFailed()
                    && !(failure instanceof BackPressureException)) {
                history.fault("a put failed although the disk did not: " + failure);
            }
            return null;
        });
    }

    private void acknowledged(ExtentId id, byte[] content) {
        byte[] known = history.content(id);
        if (known == null || !Arrays.equals(known, content)) {
            history.fault("a put of " + content.length + " bytes is told of id " + id + ", which is something else");
        }
        took(id);
    }

    /** A reference was acknowledged: there must be a record for it. */
    private void took(ExtentId id) {
        int took = acknowledged.merge(id, 1, Integer::sum);
        if (took > history.taken(id)) {
            history.fault(
                    took + " references to " + id + " are acknowledged, of which the journal has " + history.taken(id));
        }
    }

    private void object() {
        int leaves = 1 + random.nextInt(3);
        log("object of " + leaves + " leaves");
        String name = random.nextBoolean() ? NAMES[random.nextInt(NAMES.length)] : "";
        ExtentId root;
        try (ObjectWriter writer = engine.extents.newObject()) {
            for (int i = 0; i < leaves; i++) {
                writer.write(ByteBuffer.wrap(contents.draw(random)));
                writer.cut();
            }
            root = name.isEmpty() ? writer.finish() : writer.finish(name);
        }
        if (name.isEmpty()) {
            took(root);
        }
    }

    /** Some extent that most probably is there. */
    private @Nullable ExtentId some(boolean referredTo) {
        List<ExtentId> ids = history.latest().ids(referredTo);
        return ids.isEmpty() ? null : ids.get(random.nextInt(ids.size()));
    }

    private void retain() {
        ExtentId id = some(true);
        if (id != null) {
            log("retain " + id);
            CompletableFuture<Void> unused =
                    engine.extents.retain(id, durability()).thenRun(() -> took(id));
        }
    }

    private void release() {
        ExtentId id = some(true);
        if (id != null) {
            log("release " + id);
            CompletableFuture<Void> unused = engine.extents.release(id, durability());
        }
    }

    private void bind() {
        ExtentId id = some(true);
        if (id != null) {
            String name = NAMES[random.nextInt(NAMES.length)];
            log("bind " + name + " to " + id);
            engine.extents.bind(name, id);
        }
    }

    private void unbind() {
        String name = NAMES[random.nextInt(NAMES.length)];
        log("unbind " + name);
        engine.extents.unbind(name);
    }

    private void read() throws IOException {
        ExtentId id = some(true);
        // The last record of all may be one that a failed journal did not take.
        if (id != null && history.last() == engine.core.commitStage().appliedSequence()) {
            checkBytes(id);
        }
    }

    /** Reads what must be there; only a store that has failed may have lost it from its cache. */
    private void checkBytes(ExtentId id) throws IOException {
        try {
            engine.checkBytes(id);
        } catch (DamagedException e) {
            if (!engine.driver.hasFailed()) {
                throw new Violation("extent " + id + " cannot be read", e);
            }
        }
    }

    private void pin() throws IOException {
        if (pins.size() < 4) {
            Pins.Pin pin = engine.core.pins().pin(engine.clock.nanoTime());
            List<ExtentId> seen = new ArrayList<>();
            pins.add(new Pinned(pin, seen));
            for (ExtentId id : history.latest().ids(false)) {
                if (engine.core.catalog().findLive(id) != null) {
                    seen.add(id);
                }
            }
            log("pin " + seen.size() + " extents");
        }
    }

    /** Whatever was alive when the pin was taken can be read until it ends. */
    private void unpin() throws IOException {
        if (!pins.isEmpty()) {
            Pinned pinned = pins.remove(random.nextInt(pins.size()));
            log("read " + pinned.seen.size() + " extents and unpin");
            try {
                for (ExtentId id : pinned.seen) {
                    checkBytes(id);
                    figures.count(Figure.READS_PINNED);
                }
                pinned.pin.check();
            } finally {
                pinned.pin.close();
            }
        }
    }

    // ---- the engine's parts -------------------------------------------------------------------------------------

    private void part(int toss) throws IOException {
        if (toss < 58) {
            int puts = engine.driver.putsUnderWay();
            if (puts > 0) {
                engine.driver.stepPut(random.nextInt(puts));
            }
        } else if (toss < 74) {
            engine.driver.stepCommit(1 + random.nextInt(6));
        } else if (toss < 84) {
            long before = engine.core.collector().sweptExtents();
            engine.core.collector().step();
            figures.add(Figure.SWEPT, engine.core.collector().sweptExtents() - before);
        } else if (toss < 93) {
            checkpointer();
        } else if (toss < 95) {
            engine.core.journal().prepareSpare();
        } else if (toss < 96) {
            CompletableFuture<Void> unused = engine.driver.control(() -> {});
        } else if (toss < 97 || engine.driver.hasFailed()) {
            orphans();
        } else {
            engine.clock.advanceNanos(random.nextInt(2_000_000));
        }
    }

    private void orphans() throws IOException {
        Orphans search = orphans == null ? engine.orphans() : orphans;
        long before = search.found();
        orphans = search.step() ? search : null;
        figures.add(Figure.ORPHANS, search.found() - before);
    }

    private void checkpointer() throws IOException {
        if (engine.core.checkpointer().isUnderWay()) {
            long before = engine.core.checkpointer().completed();
            engine.core.checkpointer().step();
            figures.add(Figure.CHECKPOINTS, engine.core.checkpointer().completed() - before);
        } else if (random.nextInt(6) == 0) {
            log("begin a checkpoint");
            engine.core.checkpointer().begin();
        }
    }
}
