package io.ashlar.cli.killtest;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** One thread of the child: works on the store at random, and on references and names of its own. */
final class KillWorker implements Runnable {
    private static final int NAMES = 8;
    private static final int MANY_REFERENCES = 200;
    private static final int MAX_BATCH = 8;

    private final int number;
    private final ExtentStore store;
    private final KillReporter reporter;
    private final SplittableRandom random;
    private final List<Owned> owned = new ArrayList<>();
    private final Set<String> bound = new HashSet<>();

    /** A reference that this thread may give back. */
    private record Owned(int key, ExtentId id) {}

    KillWorker(int number, ExtentStore store, KillReporter reporter, long seed) {
        this.number = number;
        this.store = store;
        this.reporter = reporter;
        random = new SplittableRandom(seed + number);
    }

    void own(int key, ExtentId id) {
        owned.add(new Owned(key, id));
    }

    void bound(String name) {
        bound.add(name);
    }

    @Override
    public void run() {
        try {
            while (true) {
                step();
            }
        } catch (RuntimeException | Error e) {
            reporter.failed(e);
        }
    }

    private void step() {
        int choice = random.nextInt(100);
        if (owned.isEmpty() || (choice < 45 && owned.size() < MANY_REFERENCES)) {
            put();
        } else if (choice < 58) {
            retain();
        } else if (choice < 86) {
            release();
        } else if (choice < 94) {
            bind();
        } else if (choice < 98) {
            unbind();
        } else {
            object();
        }
    }

    private void put() {
        int choice = random.nextInt(4);
        if (choice < 2) {
            int key = random.nextInt(KillContent.EXTENT_KEYS);
            Operation operation = reporter.begin(Operation.Kind.PUT, false, key, "-");
            ExtentId id = store.put(KillContent.bytes(key));
            own(key, id);
            reporter.done(operation, id);
            return;
        }
        boolean buffered = choice == 2;
        List<Operation> batch = new ArrayList<>();
        List<CompletableFuture<ExtentId>> futures = new ArrayList<>();
        for (int i = random.nextInt(MAX_BATCH); i >= 0; i--) {
            int key = random.nextInt(KillContent.EXTENT_KEYS);
            batch.add(reporter.begin(Operation.Kind.PUT, buffered, key, "-"));
            futures.add(store.put(
                    ByteBuffer.wrap(KillContent.bytes(key)), buffered ? Durability.BUFFERED : Durability.GROUPED));
        }
        for (int i = 0; i < batch.size(); i++) {
            ExtentId id = futures.get(i).join();
            own(batch.get(i).key(), id);
            reporter.done(batch.get(i), id);
        }
    }

    private void retain() {
        Owned one = owned.get(random.nextInt(owned.size()));
        Durability durability = durability();
        Operation operation = reporter.begin(Operation.Kind.RETAIN, durability == Durability.BUFFERED, one.key, "-");
        store.retain(one.id, durability).join();
        owned.add(one);
        reporter.done(operation, one.id);
    }

    private void release() {
        Owned one = owned.remove(random.nextInt(owned.size()));
        Durability durability = durability();
        Operation operation = reporter.begin(Operation.Kind.RELEASE, durability == Durability.BUFFERED, one.key, "-");
        store.release(one.id, durability).join();
        reporter.done(operation, one.id);
    }

    private Durability durability() {
        int choice = random.nextInt(3);
        return choice == 0 ? Durability.SYNC : choice == 1 ? Durability.GROUPED : Durability.BUFFERED;
    }

    private void bind() {
        Owned one = owned.get(random.nextInt(owned.size()));
        String name = name();
        Operation operation = reporter.begin(Operation.Kind.BIND, false, one.key, name);
        store.bind(name, one.id);
        bound.add(name);
        reporter.done(operation, one.id);
    }

    private void unbind() {
        String name = name();
        if (bound.remove(name)) {
            Operation operation = reporter.begin(Operation.Kind.UNBIND, false, KillModel.NOTHING, name);
            store.unbind(name);
            reporter.done(operation, null);
        }
    }

    private void object() {
        int key = KillContent.FIRST_OBJECT_KEY + random.nextInt(KillContent.OBJECT_KEYS);
        String name = name();
        Operation operation = reporter.begin(Operation.Kind.OBJECT, false, key, name);
        try (ObjectWriter object = store.newObject()) {
            object.write(ByteBuffer.wrap(KillContent.bytes(key)));
            ExtentId id = object.finish(name);
            bound.add(name);
            reporter.done(operation, id);
        }
    }

    private String name() {
        return "thread-" + number + "-" + random.nextInt(NAMES);
    }
}
