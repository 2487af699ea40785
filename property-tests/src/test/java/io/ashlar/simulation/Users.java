package io.ashlar.simulation;

import io.ashlar.BackPressureException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectWriter;
import io.ashlar.catalog.Pins;
import io.ashlar.simulation.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What users do to an open engine, one random call at a time, and what they may expect of it. */
final class Users {
    private static final int WAITS_MAX = 3;
    private static final int UNDER_WAY_MAX = 8;
    private static final String[] NAMES = {"a", "b", "c", "d"};

    private record Pinned(Pins.Pin pin, List<ExtentId> seen) {}

    private final SimulatedEngine engine;
    private final History history;
    private final Swarm swarm;
    private final Contents contents;
    private final Baton baton;
    private final Figures figures;
    private final RunLog log;
    private final List<Pinned> pins = new ArrayList<>();
    private final Map<ExtentId, Integer> acknowledged = new HashMap<>();
    private final @Nullable Policies policies;
    private int waits;

    Users(SimulatedEngine engine, Swarm swarm, Contents contents, Baton baton, Figures figures, RunLog log) {
        this.engine = engine;
        this.swarm = swarm;
        this.contents = contents;
        this.baton = baton;
        this.figures = figures;
        this.log = log;
        history = engine.history;
        // The specification, which a watch compares with, has no action for an extent that is put anew by nobody.
        policies = swarm.hasPolicies() && history.watch == Watch.NONE
                ? new Policies(engine, swarm.policySeed(), figures, log)
                : null;
    }

    /** Does one thing. What the engine is allowed to refuse, it may. */
    void act(SplittableRandom random) throws IOException {
        Policies present = policies;
        if (present != null) {
            present.maybeChange();
            waiting(random, drawn -> present.maybeConvert());
        }
        boolean room = engine.driver.putsUnderWay() + engine.driver.commitsUnderWay() < UNDER_WAY_MAX;
        // More is let go than is taken, refusals apart: or nothing would ever be garbage that a put finds again.
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4, 5, 6 -> {
                if (room) {
                    put(random);
                }
            }
            case 7, 8 -> waiting(random, this::putAndWait);
            case 9 -> waiting(random, this::object);
            case 10 -> retain(random);
            case 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 -> release(random);
            case 22, 23 -> waiting(random, this::bind);
            case 24, 25, 26, 27 -> waiting(random, this::unbind);
            case 28 -> pin();
            case 29 -> unpin(random);
            default -> read(random);
        }
    }

    /** A call that waits. */
    private interface Call {
        void act(SplittableRandom random) throws IOException;
    }

    private void waiting(SplittableRandom random, Call call) throws IOException {
        if (waits < WAITS_MAX) {
            waits++;
            try {
                call.act(random);
            } finally {
                waits--;
            }
        }
    }

    private static Durability durability(SplittableRandom random) {
        return random.nextInt(3) == 0 ? Durability.BUFFERED : Durability.GROUPED;
    }

    /** The extents as whoever puts sees them. */
    private ExtentStore extents() throws IOException {
        return policies == null ? engine.extents : policies.any();
    }

    private void put(SplittableRandom random) throws IOException {
        byte[] content = contents.draw(random);
        Durability durability = durability(random);
        log.add("put " + content.length + " bytes " + durability);
        acknowledge(extents().put(ByteBuffer.wrap(content), durability), content);
    }

    private void putAndWait(SplittableRandom random) throws IOException {
        byte[] content = contents.draw(random);
        log.add("put " + content.length + " bytes SYNC");
        figures.count(Figure.WAITS);
        acknowledged(extents().put(ByteBuffer.wrap(content)), content);
    }

    private void acknowledge(CompletableFuture<ExtentId> put, byte[] content) {
        CompletableFuture<Void> unused = put.handle((id, failure) -> {
            if (failure == null) {
                acknowledged(id, content);
            } else if (swarm.isGood()
                    && !engine.disk.isDead()
                    && !engine.driver.hasFailed()
                    && !(failure instanceof BackPressureException)) {
                history.fault("a put failed although the disk did not: " + failure);
            }
            return null;
        });
    }

    private void acknowledged(ExtentId id, byte[] content) {
        if (!history.wasPut(id, content)) {
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

    private void object(SplittableRandom random) throws IOException {
        int leaves = 1 + random.nextInt(3);
        log.add("object of " + leaves + " leaves");
        figures.count(Figure.WAITS);
        String name = random.nextBoolean() ? NAMES[random.nextInt(NAMES.length)] : "";
        ExtentId root;
        try (ObjectWriter writer = extents().newObject()) {
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
    private @Nullable ExtentId some(SplittableRandom random) {
        List<ExtentId> ids = history.latest().ids(true);
        return ids.isEmpty() ? null : ids.get(random.nextInt(ids.size()));
    }

    private void retain(SplittableRandom random) {
        ExtentId id = some(random);
        if (id != null) {
            log.add("retain " + id);
            CompletableFuture<Void> unused =
                    engine.extents.retain(id, durability(random)).thenRun(() -> took(id));
        }
    }

    private void release(SplittableRandom random) {
        ExtentId id = some(random);
        if (id != null) {
            log.add("release " + id);
            CompletableFuture<Void> unused = engine.extents.release(id, durability(random));
        }
    }

    private void bind(SplittableRandom random) {
        ExtentId id = some(random);
        if (id != null) {
            String name = NAMES[random.nextInt(NAMES.length)];
            log.add("bind " + name + " to " + id);
            figures.count(Figure.WAITS);
            engine.extents.bind(name, id);
        }
    }

    private void unbind(SplittableRandom random) {
        String name = NAMES[random.nextInt(NAMES.length)];
        log.add("unbind " + name);
        figures.count(Figure.WAITS);
        engine.extents.unbind(name);
    }

    private void read(SplittableRandom random) throws IOException {
        ExtentId id = some(random);
        if (id != null) {
            baton.activity(Activity.READING);
            try (Pins.Pin pin = engine.core.pins().pin(engine.clock.nanoTime())) {
                if (engine.core.catalog().findLive(id) != null) {
                    check(id, pin);
                }
            }
        }
    }

    /** Reads what must be there as long as the pin holds. */
    private void check(ExtentId id, Pins.Pin pin) throws IOException {
        try {
            engine.checkBytes(id);
        } catch (DamagedException e) {
            pin.check();
            // A store that has failed may have lost it from its cache; a backend that lies may lie once more.
            if (!engine.driver.hasFailed() && swarm.isTruthful()) {
                throw new Violation("extent " + id + " cannot be read", e);
            }
        } catch (Violation e) {
            pin.check();
            throw e;
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
            log.add("pin " + seen.size() + " extents");
        }
    }

    /** Whatever was alive when the pin was taken can be read until it ends. */
    private void unpin(SplittableRandom random) throws IOException {
        if (!pins.isEmpty()) {
            baton.activity(Activity.READING);
            Pinned pinned = pins.remove(random.nextInt(pins.size()));
            log.add("read " + pinned.seen.size() + " extents and unpin");
            try {
                for (ExtentId id : List.copyOf(pinned.seen)) {
                    check(id, pinned.pin);
                    figures.count(Figure.READS_PINNED);
                }
                pinned.pin.check();
            } finally {
                pinned.pin.close();
            }
        }
    }
}
