package io.ashlar.cli.killtest;

import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.ObjectReader;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks in the store for all that the model says, and tells the model what it found. */
final class KillCheck {
    private final StorageEngine engine;
    private final ExtentStore store;
    private final KillModel model;
    private final List<String> violations = new ArrayList<>();
    private final Map<Integer, Integer> namesOf = new HashMap<>();

    KillCheck(StorageEngine engine, KillModel model) {
        this.engine = engine;
        this.store = engine.extents();
        this.model = model;
    }

    List<String> run() {
        model.names().forEach(this::checkName);
        for (KillModel.Content content : model.contents()) {
            checkContent(content);
        }
        FsckReport fsck = engine.fsck(Long.MAX_VALUE, ProgressListener.NONE);
        if (!fsck.clean()) {
            violations.add(
                    "fsck: " + fsck.problems() + " problems, complete: " + fsck.complete() + ": " + fsck.findings());
        }
        return violations;
    }

    private void checkName(String name, Set<Integer> possible) {
        Optional<ExtentId> id = store.resolve(name);
        Integer found = id.isEmpty() ? Integer.valueOf(KillModel.NOTHING) : target(id.get(), possible);
        if (found == null || !possible.contains(found)) {
            violations.add("the name " + name + " refers to " + id + ", but must to one of " + possible);
            return;
        }
        possible.clear();
        possible.add(found);
        if (found != KillModel.NOTHING) {
            namesOf.merge(found, 1, Integer::sum);
        }
    }

    /** Which of the possible targets an id is; an object whose id nobody lived to report is known by its bytes. */
    private @Nullable Integer target(ExtentId id, Set<Integer> possible) {
        for (int key : possible) {
            if (key != KillModel.NOTHING && Objects.equals(model.content(key).id(), id)) {
                return key;
            }
        }
        for (int key : possible) {
            if (key != KillModel.NOTHING && model.content(key).id() == null && sameBytes(id, key)) {
                model.content(key).id(id);
                return key;
            }
        }
        return null;
    }

    private void checkContent(KillModel.Content content) {
        ExtentId id = content.id();
        if (id == null) {
            // Nobody lived to report its id: a later put will.
            return;
        }
        int names = namesOf.getOrDefault(content.key(), 0);
        long references = store.stat(id).map(ExtentInfo::references).orElse(0L);
        if (references < content.atLeast() + names || references > content.atMost() + names) {
            violations.add(
                    "content " + content.key() + " (" + id + ") has " + references + " references, but must have "
                            + (content.atLeast() + names) + " to " + (content.atMost() + names));
        }
        if (references > 0 && !sameBytes(id, content.key())) {
            violations.add("content " + content.key() + " (" + id + ") cannot be read, or has other bytes");
        }
        content.found(references - names);
    }

    private boolean sameBytes(ExtentId id, int key) {
        byte[] expected = KillContent.bytes(key);
        try {
            if (!KillContent.isObject(key)) {
                return Arrays.equals(store.get(id), expected);
            }
            try (ObjectReader object = store.openObject(id)) {
                ByteBuffer bytes = ByteBuffer.allocate(expected.length);
                object.read(0, bytes);
                return object.length() == expected.length && Arrays.equals(bytes.array(), expected);
            }
        } catch (StorageException e) {
            violations.add("content " + key + " (" + id + "): " + e);
            return false;
        }
    }
}
