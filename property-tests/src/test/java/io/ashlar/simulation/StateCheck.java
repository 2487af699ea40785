package io.ashlar.simulation;

import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentStore;
import io.ashlar.StorageEngine;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.Counters.Figure;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.catalog.Home;
import io.ashlar.extent.ExtentKind;
import io.ashlar.runtime.EngineCore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Compares an engine with the model. */
final class StateCheck {
    private static final int READ_ALL_ONE_IN = 6;

    private StateCheck() {}

    /** Compares what users see of a store that is open for reading only. */
    static long check(StorageEngine engine, History history, SplittableRandom random) {
        long sequence = engine.statistics().durableSequence();
        history.check(sequence);
        Model model = history.at(sequence);
        List<ExtentStore.NamedExtent> names = engine.extents().names("", 1000);
        Violation.unless(
                names.size() == model.names.size()
                        && names.stream().allMatch(name -> name.id().equals(model.names.get(name.name()))),
                () -> "after record " + sequence + " the names are " + names + " and should be " + model.names);
        for (Map.Entry<ExtentId, Model.Extent> wanted : model.extents.entrySet()) {
            long count = model.count(wanted.getKey());
            ExtentInfo found = engine.extents().stat(wanted.getKey()).orElse(null);
            Violation.unless(
                    count == 0 ? found == null : found != null && isAs(found, wanted.getValue(), count),
                    () -> "after record " + sequence + " extent " + wanted.getKey() + " is " + found + ", should be "
                            + wanted.getValue() + " with " + count + " references");
        }
        long extents = engine.statistics().extents();
        Violation.unless(
                extents == model.extents.size(),
                () -> "after record " + sequence + " there are " + extents + " extents, should be "
                        + model.extents.size());
        List<ExtentId> readable = model.ids(true);
        boolean all = random.nextInt(READ_ALL_ONE_IN) == 0;
        ExtentId newest = history.newest(sequence);
        for (int i = 0; i < readable.size(); i++) {
            ExtentId id = readable.get(i);
            if (all || id.equals(newest) || i == (sequence + extents) % readable.size()) {
                Model.Extent copy = model.extents.get(id);
                Violation.unless(
                        copy != null
                                && Arrays.equals(
                                        engine.extents().get(id), history.content(id, copy.life(), copy.counter())),
                        () -> "extent " + id + " reads as something else");
            }
        }
        return sequence;
    }

    private static boolean isAs(ExtentInfo found, Model.Extent wanted, long count) {
        return found.references() == count
                && found.lengthBytes() == wanted.plainBytes()
                && found.storedBytes() == wanted.storedBytes()
                && found.home().name().equals(wanted.place().name());
    }

    /** Compares a state in which nothing is deferred: every name, every extent, every count, every sum. */
    static void check(Catalog catalog, Model model, long sequence) throws IOException {
        List<Map.Entry<String, ExtentId>> names = catalog.names("", 1000);
        Violation.unless(
                names.size() == model.names.size()
                        && names.stream().allMatch(name -> name.getValue().equals(model.names.get(name.getKey()))),
                () -> "after record " + sequence + " the names are " + names + " and should be " + model.names);
        for (Map.Entry<ExtentId, Model.Extent> wanted : model.extents.entrySet()) {
            check(catalog, model, wanted.getKey(), wanted.getValue(), sequence);
        }
        Counters counters = catalog.counters();
        check(counters, Figure.EXTENTS, model.extents.size(), sequence);
        check(counters, Figure.NAMES, model.names.size(), sequence);
        check(counters, Figure.INLINE_EXTENTS, model.countAt(Model.Place.JOURNAL), sequence);
        check(counters, Figure.GARBAGE_EXTENTS, model.garbage(), sequence);
    }

    private static void check(Counters counters, Figure figure, long wanted, long sequence) {
        Violation.unless(
                counters.get(figure) == wanted,
                () -> "after record " + sequence + " there are " + counters.get(figure) + " " + figure + ", should be "
                        + wanted);
    }

    private static void check(Catalog catalog, Model model, ExtentId id, Model.Extent wanted, long sequence)
            throws IOException {
        ExtentEntry found = catalog.find(id);
        Violation.unless(
                found != null
                        && found.kind() == wanted.kind()
                        && wanted.isCopy(found.life(), found.counter())
                        && found.plainBytes() == wanted.plainBytes()
                        && found.storedBytes() == wanted.storedBytes()
                        && found.explicit() == wanted.explicit()
                        && found.count() == model.count(id)
                        && isAt(found.home(), wanted),
                () -> "after record " + sequence + " extent " + id + " is " + found + ", should be " + wanted + " with "
                        + model.count(id) + " references");
    }

    private static boolean isAt(Home home, Model.Extent wanted) {
        return switch (wanted.place()) {
            case JOURNAL -> home instanceof Home.InJournal;
            case OBJECT -> home instanceof Home.OwnObject;
            case PACK -> home instanceof Home.InPack pack && pack.pack().equals(wanted.pack());
        };
    }

    /** Reads an extent that must be there and compares it with what was put. */
    static void checkBytes(EngineCore core, History history, ExtentId id) throws IOException {
        Boolean right = core.access().read(id, core.catalog()::find, (reader, entry) -> {
            byte[] bytes = new byte[reader.plainBytes()];
            reader.readAll(ByteBuffer.wrap(bytes));
            return Arrays.equals(bytes, history.content(id, entry.life(), entry.counter()));
        });
        Violation.unless(right != null && right, () -> "extent " + id + " reads as something else");
    }

    /** Checks, after collecting, that the backend holds what the catalog and the checkpoints name, and nothing else. */
    static void checkObjects(SimulatedEngine engine) throws IOException {
        Set<String> wanted = new TreeSet<>();
        engine.core.checkpointer().inForce().forEach(checkpoint -> wanted.addAll(checkpoint.objects()));
        Model model = engine.history.latest();
        for (ExtentId id : model.extents.keySet()) {
            ExtentEntry entry = engine.core.catalog().find(id);
            if (entry != null && entry.home() instanceof Home.OwnObject) {
                wanted.add(entry.objectName(id));
            }
            Violation.unless(model.count(id) > 0, () -> "extent " + id + " has no references and was not collected");
        }
        Set<String> found = new TreeSet<>();
        engine.core.backend().list("", "", 10_000).forEach(object -> found.add(object.name()));
        Violation.unless(found.equals(wanted), () -> "after collecting there are " + found + ", should be " + wanted);
    }

    /** Reads the image of an extent, whatever it is, and has its checksums verified. */
    static void checkImage(EngineCore core, History history, ExtentId id, Model.Extent extent) throws IOException {
        if (extent.kind() != ExtentKind.PACK) {
            checkBytes(core, history, id);
        } else {
            ExtentEntry entry = core.catalog().find(id);
            Violation.unless(
                    entry != null
                            && core.backend()
                                    .stat(entry.objectName(id))
                                    .filter(stat -> stat.sizeBytes() == entry.storedBytes())
                                    .isPresent(),
                    () -> "the object of pack " + id + " is not there");
        }
    }
}
