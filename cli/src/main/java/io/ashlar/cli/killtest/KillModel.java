package io.ashlar.cli.killtest;

import io.ashlar.ExtentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must be in the store, as far as its child told us before it died.
 *
 * <p>1. An operation that was begun and not acknowledged may or may not have happened. So may one that was acknowledged as
 * {@code BUFFERED}, until an operation that began after that acknowledgement is durable: a crash keeps a prefix of history.
 *
 * <p>2. References only count up and down, so what is uncertain about them is an interval, whatever the order of threads was.
 * A name belongs to one thread, so what is uncertain about it is a set of possible targets.
 *
 * <p>3. What is found after the crash becomes certain, and the next child goes on from there.
 *
 * <p>For one thread.
 */
final class KillModel {
    /** Stands for "no target" of a name. */
    static final int NOTHING = -1;

    private final Map<Integer, Content> contents = new TreeMap<>();
    private final Map<String, Set<Integer>> names = new TreeMap<>();
    private final Map<Long, Begun> begun = new LinkedHashMap<>();
    private final List<Operation> buffered = new ArrayList<>();
    private int certainBuffered;
    private long acknowledged;

    /** References that puts and retains took to one content, and by how many there may be more or less of them. */
    static final class Content {
        private final int key;
        private @Nullable ExtentId id;
        private long certain;
        private long maybeMore;
        private long maybeLess;

        private Content(int key) {
            this.key = key;
        }

        int key() {
            return key;
        }

        @Nullable
        ExtentId id() {
            return id;
        }

        void id(ExtentId found) {
            id = found;
        }

        long atLeast() {
            return certain - maybeLess;
        }

        long atMost() {
            return certain + maybeMore;
        }

        void found(long references) {
            certain = references;
            maybeMore = 0;
            maybeLess = 0;
        }

        long certain() {
            return certain;
        }
    }

    private record Begun(Operation operation, int bufferedBefore) {}

    long acknowledged() {
        return acknowledged;
    }

    Iterable<Content> contents() {
        return contents.values();
    }

    Map<String, Set<Integer>> names() {
        return names;
    }

    Content content(int key) {
        return contents.computeIfAbsent(key, Content::new);
    }

    /** Takes note of what the child says; returns what is wrong with it, if something is. */
    @Nullable
    String hear(String line) {
        String[] words = line.split(" ", 6);
        switch (words[0]) {
            case "begin" -> {
                Operation operation = Operation.parse(words);
                begun.put(operation.number(), new Begun(operation, buffered.size()));
            }
            case "done" -> acknowledge(Long.parseLong(words[1]), words[2]);
            case "opening", "ready" -> {}
            default -> {
                return "the child said: " + line;
            }
        }
        return null;
    }

    private void acknowledge(long number, String id) {
        Begun done = begun.remove(number);
        if (done == null) {
            throw new IllegalStateException("operation " + number + " was acknowledged, but never begun");
        }
        acknowledged++;
        Operation operation = done.operation;
        if (!id.equals("-")) {
            content(operation.key()).id(ExtentId.parse(id));
        }
        if (operation.buffered()) {
            buffered.add(operation);
            return;
        }
        apply(operation);
        for (; certainBuffered < done.bufferedBefore; certainBuffered++) {
            apply(buffered.get(certainBuffered));
        }
    }

    private void apply(Operation operation) {
        content(Math.max(0, operation.key())).certain += operation.references();
        switch (operation.kind()) {
            case BIND, OBJECT -> names.put(operation.name(), new HashSet<>(Set.of(operation.key())));
            case UNBIND -> names.put(operation.name(), new HashSet<>(Set.of(NOTHING)));
            case PUT, RETAIN, RELEASE -> {}
        }
    }

    /** The child is dead: what was not certain stays uncertain, until it is looked for. */
    void crash() {
        for (Begun open : begun.values()) {
            maybe(open.operation);
        }
        begun.clear();
        buffered.subList(certainBuffered, buffered.size()).forEach(this::maybe);
        buffered.clear();
        certainBuffered = 0;
    }

    private void maybe(Operation operation) {
        Content content = content(Math.max(0, operation.key()));
        if (operation.references() > 0) {
            content.maybeMore++;
        } else if (operation.references() < 0) {
            content.maybeLess++;
        }
        switch (operation.kind()) {
            case BIND, OBJECT -> possible(operation.name()).add(operation.key());
            case UNBIND -> possible(operation.name()).add(NOTHING);
            case PUT, RETAIN, RELEASE -> {}
        }
    }

    private Set<Integer> possible(String name) {
        return names.computeIfAbsent(name, unknown -> new HashSet<>(Set.of(NOTHING)));
    }

    /** What the next child may build on, as lines for its standard input. */
    List<String> handover(int threads) {
        List<String> lines = new ArrayList<>();
        Map<Integer, Integer> next = new HashMap<>();
        for (Content content : contents.values()) {
            for (long i = 0; i < content.certain; i++) {
                int thread = next.merge(content.key, 1, Integer::sum) % threads;
                lines.add("own " + (thread + content.key) % threads + " " + content.key + " " + content.id);
            }
        }
        names.forEach((name, targets) -> {
            if (!targets.contains(NOTHING)) {
                lines.add("bound " + name);
            }
        });
        return lines;
    }
}
