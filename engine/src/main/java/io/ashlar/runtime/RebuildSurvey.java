package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.extent.BackendSource;
import io.ashlar.extent.ExtentFacts;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A first look at all objects of a store without metadata, by their names: which lives there were, what fixed the store's settings, and
 * which manifests there may be. Changes nothing. One thread.
 */
final class RebuildSurvey {
    /** Of each checkpoint a few objects, of a few checkpoints: enough if the newest ones are damaged. */
    private static final int MANIFESTS_MAX = 64;

    private static final int SAMPLES_MAX = 16;
    private static final int PAGE = 500;

    /** Far from where lives cannot be counted on, and farther from where any store gets. */
    private static final int LIFE_MAX = Integer.MAX_VALUE / 2;

    private final ExtentBackend backend;

    /** The newest, by life and counter. */
    private final TreeMap<ObjectName, ObjectStat> manifests =
            new TreeMap<>(Comparator.comparingInt(ObjectName::life).thenComparingLong(ObjectName::counter));

    private final Map<ExtentKind, List<ObjectStat>> samples = new EnumMap<>(ExtentKind.class);

    private long objects;
    private long life;
    private ExtentId.@Nullable Hash hash;

    RebuildSurvey(ExtentBackend backend) {
        this.backend = backend;
    }

    /** Told how many objects were seen; throws to end it. */
    interface Watcher {
        void seen(long objects);
    }

    void run(Watcher watcher) throws IOException {
        List<ObjectStat> page = backend.list("", "", PAGE);
        while (!page.isEmpty()) {
            for (ObjectStat object : page) {
                ObjectName.parse(object.name()).ifPresent(name -> look(object, name));
            }
            watcher.seen(objects);
            page = backend.list("", page.get(page.size() - 1).name(), PAGE);
        }
    }

    private void look(ObjectStat object, ObjectName name) {
        objects++;
        life = Math.max(life, name.life());
        if (name.kind() == ExtentKind.MANIFEST) {
            manifests.put(name, object);
            if (manifests.size() > MANIFESTS_MAX) {
                manifests.pollFirstEntry();
            }
        }
        if (name.id().hash() != ExtentId.Hash.HMAC_SHA_256) {
            // Only what is encrypted is not identified as the store says.
            hash = name.id().hash();
        }
        List<ObjectStat> some = samples.computeIfAbsent(name.kind(), kind -> new ArrayList<>());
        if (some.size() < SAMPLES_MAX) {
            some.add(object);
        }
    }

    long objects() {
        return objects;
    }

    /** A life greater than that of every object. */
    int nextLife() {
        if (life > LIFE_MAX) {
            throw new DamagedException("an object says in its name that it is of life " + life
                    + " of the store, and no store is opened so often: move away what is called *-"
                    + HexFormat.of().toHexDigits((int) life) + "-*");
        }
        return (int) life + 1;
    }

    /** Objects that manifests may begin with, the newest first. */
    List<Map.Entry<ObjectName, ObjectStat>> manifests() {
        return List.copyOf(manifests.descendingMap().entrySet());
    }

    /** The settings with what was fixed when the store was created, as far as extents tell. */
    EngineSettings settings(EngineSettings wanted) throws IOException {
        EngineSettings found = hash == null ? wanted : wanted.withIdentity(hash);
        // Packs have pages as the store says; so have nodes, and extents unless they are sparse.
        for (ExtentKind kind : List.of(ExtentKind.PACK, ExtentKind.NODE, ExtentKind.DATA)) {
            for (ObjectStat object : samples.getOrDefault(kind, List.of())) {
                ExtentFacts facts = facts(object);
                if (facts != null) {
                    return found.withExtentPageBytes(facts.pageBytes());
                }
            }
        }
        return found;
    }

    private @Nullable ExtentFacts facts(ObjectStat object) throws IOException {
        try {
            ExtentId id = ObjectName.parse(object.name()).orElseThrow().id();
            return ExtentFacts.read(new BackendSource(backend, object.name()), object.sizeBytes(), id);
        } catch (DamagedException | ObjectNotFoundException e) {
            return null;
        }
    }
}
