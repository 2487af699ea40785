package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.StorageException;
import io.ashlar.catalog.CatalogBuilder;
import io.ashlar.catalog.CatalogBuilder.Copy;
import io.ashlar.catalog.CatalogBuilder.Traits;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.catalog.Home;
import io.ashlar.drive.DriveStore;
import io.ashlar.extent.BackendSource;
import io.ashlar.extent.ExtentFacts;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.ObjectName;
import io.ashlar.extent.PackIndex;
import io.ashlar.extent.PackSlice;
import io.ashlar.extent.Unsealer;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the objects of a store without metadata and adds what they hold to a new catalog. Of extents only what comes before the
 * pages is read, of nodes and packs everything. One thread.
 *
 * <p>Of an extent that is there several times the newest whole copy counts: the one of the greatest life and counter, and of those in
 * the pack of the greatest. Only then all of it is read.
 */
final class RebuildWalk {
    private static final int PAGE = 500;

    private final ExtentBackend backend;
    private final CatalogBuilder catalog;
    private final @Nullable DriveStore drives;
    private final RebuildNodes nodes;
    private final Unsealer unsealer;
    private final boolean salvage;
    private final RebuildFindings findings;
    private final ByteBuffer packBytes = ByteBuffer.allocate(EngineSettings.MAX_EXTENT_BYTES);

    /**
     * Prepares.
     *
     * @param drives the drives, if the backend is made of several
     * @param nodes opens nodes
     * @param salvage whether to go on without what cannot be read just now
     */
    RebuildWalk(
            ExtentBackend backend,
            CatalogBuilder catalog,
            @Nullable DriveStore drives,
            RebuildNodes nodes,
            boolean salvage,
            RebuildFindings findings) {
        this.backend = backend;
        this.catalog = catalog;
        this.drives = drives;
        this.nodes = nodes;
        unsealer = nodes.unsealer();
        this.salvage = salvage;
        this.findings = findings;
    }

    /** Told after each page; throws to end the walk. */
    interface Watcher {
        void went();
    }

    /** Adds all objects of a kind. */
    void run(ExtentKind kind, Watcher watcher) throws IOException {
        String prefix = kind.letter() + "-";
        List<ObjectStat> page = backend.list(prefix, "", PAGE);
        while (!page.isEmpty()) {
            for (ObjectStat object : page) {
                ObjectName name = ObjectName.parse(object.name()).orElse(null);
                if (name != null && name.kind() == kind) {
                    findings.objects++;
                    attempt("object " + object.name(), () -> add(object, name));
                }
            }
            watcher.went();
            page = backend.list(prefix, page.get(page.size() - 1).name(), PAGE);
        }
    }

    /** Something that may turn out to be unreadable. */
    private interface Step {
        void run() throws IOException;
    }

    /** What is damaged is passed over; what is out of reach only if that is wanted; what takes a newer engine never is. */
    private void attempt(String what, Step step) throws IOException {
        try {
            step.run();
        } catch (DamagedException | ObjectNotFoundException e) {
            unreadable(what, e);
        } catch (IOException e) {
            pass(what, e);
        }
    }

    /** Passes over what is out of reach, if that is wanted. */
    void pass(String what, IOException cause) {
        refuse(what, cause);
        unreadable(what, cause);
    }

    /** Refuses to go on without what is out of reach, unless that is wanted. */
    void refuse(String what, IOException cause) {
        if (!salvage) {
            throw new StorageException(
                    what + " cannot be read just now, and would be missing: " + cause.getMessage()
                            + ". Bring the drives back that do not answer; or, if they never will, salvage what is left."
                            + " Nothing was changed",
                    cause);
        }
    }

    private void unreadable(String what, Exception cause) {
        findings.unreadable++;
        findings.find(what + ": " + cause.getMessage());
    }

    private void add(ObjectStat object, ObjectName name) throws IOException {
        ExtentSource source = new BackendSource(backend, object.name());
        ExtentFacts facts = ExtentFacts.read(source, object.sizeBytes(), name.id());
        if (facts.kind() != name.kind()) {
            throw new DamagedException("it is called a " + name.kind() + " and holds a " + facts.kind());
        }
        int bytes = Math.toIntExact(object.sizeBytes());
        Redundancy redundancy = drives == null ? null : drives.redundancyOf(object.name());
        if (name.kind() == ExtentKind.PACK) {
            ExtentReader pack = ExtentReader.open(source, bytes, name.id(), unsealer);
            PackIndex index = PackIndex.read(pack);
            addPack(copy(facts, name.life(), name.counter(), bytes, Home.OWN_OBJECT, redundancy, source), source);
            addMembers(pack, redundancy, index);
        } else {
            choose(copy(facts, name.life(), name.counter(), bytes, Home.OWN_OBJECT, redundancy, source), source);
        }
    }

    private Copy copy(
            ExtentFacts facts,
            int life,
            long counter,
            int bytes,
            Home home,
            @Nullable Redundancy redundancy,
            ExtentSource source)
            throws IOException {
        ExtentNode node = facts.kind() == ExtentKind.NODE ? nodes.open(source, bytes, facts) : null;
        Traits traits = new Traits(facts.codec(), facts.encrypted(), redundancy);
        return new Copy(facts.id(), facts.kind(), life, counter, facts.plainBytes(), bytes, home, traits, node);
    }

    // ---- packs ------------------------------------------------------------------------------------------------------

    private void addPack(Copy pack, ExtentSource source) throws IOException {
        ExtentEntry before = catalog.find(pack.id());
        if (before == null || before.isLost() || (isOther(before, pack) && isBetter(pack, source, before))) {
            catalog.putPack(pack);
        }
    }

    private void addMembers(ExtentReader pack, @Nullable Redundancy redundancy, PackIndex index) throws IOException {
        boolean whole = readAll(pack);
        for (PackIndex.Member member : index.members()) {
            attempt(
                    "extent " + member.id() + " in pack " + pack.id(),
                    () -> addMember(
                            pack.id(),
                            redundancy,
                            member,
                            whole
                                    ? ExtentSource.of(
                                            packBytes.slice(member.offset(), member.length()), "pack " + pack.id())
                                    : new PackSlice(pack, member.offset(), member.length())));
        }
    }

    /** Reads a pack at once; if some of it is damaged, its members are to be read one by one. */
    private boolean readAll(ExtentReader pack) throws IOException {
        try {
            pack.readAll(packBytes.clear());
            return true;
        } catch (DamagedException e) {
            return false;
        }
    }

    private void addMember(ExtentId pack, @Nullable Redundancy redundancy, PackIndex.Member member, ExtentSource source)
            throws IOException {
        ExtentFacts facts = ExtentFacts.read(source, member.length(), member.id());
        if (facts.kind() != ExtentKind.DATA && facts.kind() != ExtentKind.NODE) {
            throw new DamagedException("a " + facts.kind() + " is no member of a pack");
        }
        choose(
                copy(
                        facts,
                        member.life(),
                        member.counter(),
                        member.length(),
                        new Home.InPack(pack, member.offset()),
                        redundancy,
                        source),
                source);
    }

    // ---- copies -----------------------------------------------------------------------------------------------------

    private void choose(Copy copy, ExtentSource source) throws IOException {
        ExtentEntry before = catalog.find(copy.id());
        if (before == null || before.isLost()) {
            findings.nodes += copy.kind() == ExtentKind.NODE ? 1 : 0;
            findings.members += copy.home() instanceof Home.InPack ? 1 : 0;
            catalog.put(copy);
        } else if (isOther(before, copy)) {
            findings.copies++;
            if (isBetter(copy, source, before)) {
                findings.members +=
                        (copy.home() instanceof Home.InPack ? 1 : 0) - (before.home() instanceof Home.InPack ? 1 : 0);
                catalog.put(copy);
            }
        }
    }

    private static boolean isOther(ExtentEntry before, Copy copy) {
        return before.life() != copy.life()
                || before.counter() != copy.counter()
                || !before.home().equals(copy.home());
    }

    private boolean isBetter(Copy copy, ExtentSource source, ExtentEntry before) throws IOException {
        if (isNewer(copy, before)) {
            return isWhole(copy.id(), copy.storedBytes(), source);
        }
        return !isWhole(copy.id(), before) && isWhole(copy.id(), copy.storedBytes(), source);
    }

    private boolean isWhole(ExtentId id, ExtentEntry entry) throws IOException {
        try {
            return isWhole(id, entry.storedBytes(), source(id, entry));
        } catch (DamagedException | ObjectNotFoundException e) {
            return false;
        }
    }

    private boolean isNewer(Copy copy, ExtentEntry before) throws IOException {
        int order = compare(copy.life(), copy.counter(), before.life(), before.counter());
        if (order != 0) {
            return order > 0;
        }
        // One put, which was moved from pack to pack.
        ExtentEntry here = pack(copy.home());
        ExtentEntry there = pack(before.home());
        return here != null && there != null && compare(here.life(), here.counter(), there.life(), there.counter()) > 0;
    }

    private static int compare(int life, long counter, int otherLife, long otherCounter) {
        return life != otherLife ? Integer.compare(life, otherLife) : Long.compare(counter, otherCounter);
    }

    private @Nullable ExtentEntry pack(Home home) throws IOException {
        return home instanceof Home.InPack inPack ? catalog.find(inPack.pack()) : null;
    }

    private ExtentSource source(ExtentId id, ExtentEntry entry) throws IOException {
        if (!(entry.home() instanceof Home.InPack inPack)) {
            return new BackendSource(backend, entry.objectName(id));
        }
        ExtentEntry pack = catalog.find(inPack.pack());
        if (pack == null) {
            throw new DamagedException("extent " + id + " is in pack " + inPack.pack() + ", which is not there");
        }
        ExtentSource object = new BackendSource(backend, pack.objectName(inPack.pack()));
        return new PackSlice(
                ExtentReader.open(object, pack.storedBytes(), inPack.pack(), unsealer),
                inPack.offset(),
                entry.storedBytes());
    }

    private static boolean isWhole(ExtentId id, int storedBytes, ExtentSource source) throws IOException {
        try {
            ExtentReader.verifyStored(source, storedBytes, id);
            return true;
        } catch (DamagedException | ObjectNotFoundException e) {
            return false;
        }
    }
}
