package io.ashlar.catalog;

import io.ashlar.ExtentId;
import java.io.IOException;
import java.util.List;

/** Lets a walk of the engine take the collector's single actions, and see what the catalog keeps in memory. */
public final class CatalogBridge {
    private CatalogBridge() {}

    /** As {@link Liveness#mark}, at the beginning of time. */
    public static boolean mark(Catalog catalog, ExtentId id) throws IOException {
        return catalog.liveness().mark(id, 0);
    }

    /** As {@link Liveness#condemn}, without a grace; returns whether the extent dies. */
    public static boolean condemn(Catalog catalog, ExtentId id) throws IOException {
        return catalog.liveness().condemn(id, 0, 0).fate() == Liveness.Verdict.Fate.DIES;
    }

    /** As {@link Liveness#reprieve}. */
    public static void reprieve(Catalog catalog, ExtentId id) {
        catalog.liveness().reprieve(id);
    }

    /** As {@link Catalog#erasable}. */
    public static List<String> erasable(Catalog catalog) {
        return catalog.erasable(Integer.MAX_VALUE);
    }

    /** As {@link Catalog#erased}. */
    public static void erased(Catalog catalog, String objectName) {
        catalog.erased(objectName);
    }

    /** How many count on an extent. */
    public static int holders(Catalog catalog, ExtentId id) {
        return catalog.liveness().standing(id).holders();
    }

    /** Whether somebody is storing an extent. */
    public static boolean isStoring(Catalog catalog, ExtentId id) {
        return catalog.liveness().standing(id).storing();
    }

    /** Whether an extent is condemned. */
    public static boolean isDying(Catalog catalog, ExtentId id) {
        return catalog.liveness().standing(id).dying();
    }

    /** The last epoch of readers that the mark of an extent waits for; 0 if it is not marked. */
    public static long markEpoch(Catalog catalog, ExtentId id) {
        return catalog.liveness().standing(id).markEpoch();
    }
}
