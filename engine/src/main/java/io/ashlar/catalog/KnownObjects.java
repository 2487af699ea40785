package io.ashlar.catalog;

import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * Tells objects that something knows of from orphans, which a crash or a failure has left behind. Safe for use by many threads.
 */
public final class KnownObjects {
    private final Catalog catalog;
    private final NameSource names;
    private final Predicate<String> inCheckpoint;

    /**
     * Makes it.
     *
     * @param catalog what is stored
     * @param names what is being stored
     * @param inCheckpoint whether a checkpoint needs an object
     */
    public KnownObjects(Catalog catalog, NameSource names, Predicate<String> inCheckpoint) {
        this.catalog = catalog;
        this.names = names;
        this.inCheckpoint = inCheckpoint;
    }

    /**
     * Tells whether an object must be whole: an orphan need not be, nor one whose deletion has begun.
     *
     * @param text its name
     * @return whether something refers to it or is about to
     * @throws IOException if the tables could not be read
     */
    public boolean isNeeded(String text) throws IOException {
        ObjectName name = ObjectName.parse(text).orElse(null);
        return name == null || isNeeded(text, name);
    }

    /** Whether an object is not an orphan: it is needed, or about to be deleted anyway. */
    boolean has(String text, ObjectName name) throws IOException {
        return isNeeded(text, name) || catalog.isVacated(text);
    }

    private boolean isNeeded(String text, ObjectName name) throws IOException {
        // In this order: what is under way becomes known to the catalog before it stops being under way.
        if (names.isUnderWay(text) || inCheckpoint.test(text)) {
            return true;
        }
        if (name.kind() == ExtentKind.TABLE || name.kind() == ExtentKind.MANIFEST) {
            return inCheckpoint.test(text);
        }
        ExtentEntry entry = catalog.find(name.id());
        return entry != null
                && entry.life() == name.life()
                && entry.counter() == name.counter()
                && entry.home() instanceof Home.OwnObject;
    }
}
