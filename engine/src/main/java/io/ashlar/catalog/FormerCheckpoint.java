package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.EntryCursor;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.Manifest;
import io.ashlar.catalog.table.ManifestStore;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CatalogLayout;
import io.ashlar.journal.ReplayPoint;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;

/** A checkpoint that was found without the superblock that named it: what it says was so once. One thread. */
public final class FormerCheckpoint {
    private static final byte[] EVERYTHING = {};

    private final Manifest manifest;
    private final TableReader reader;

    private FormerCheckpoint(Manifest manifest, TableReader reader) {
        this.manifest = manifest;
        this.reader = reader;
    }

    /** Gets what the checkpoint says, a piece at a time. */
    public interface Visitor {
        /**
         * There was an extent.
         *
         * @param id its id
         * @param entry what was known of it
         * @throws IOException if that could not be used
         */
        void extent(ExtentId id, ExtentEntry entry) throws IOException;

        /**
         * There was a name.
         *
         * @param name the name
         * @param target what it referred to
         * @throws IOException if that could not be used
         */
        void name(String name, ExtentId target) throws IOException;
    }

    /**
     * Reads a manifest. Its tables may still be damaged, or gone.
     *
     * @param backend where its objects are
     * @param object an object that may be the first of a manifest
     * @param name its name
     * @param reader reads tables
     * @return the checkpoint
     * @throws io.ashlar.DamagedException if that is not the first object of a whole manifest
     * @throws IOException if it cannot be read
     */
    public static FormerCheckpoint read(ExtentBackend backend, ObjectStat object, ObjectName name, TableReader reader)
            throws IOException {
        StoredObject first = new StoredObject(object.name(), name.id(), Math.toIntExact(object.sizeBytes()));
        return new FormerCheckpoint(
                ManifestStore.read(first, new ExtentPageSource(backend)).manifest(), reader);
    }

    /**
     * Tells when it was written.
     *
     * @return the time in milliseconds since the epoch of 1970
     */
    public long createdMillis() {
        return manifest.createdMillis();
    }

    /**
     * Tells whether a rebuild wrote it. A checkpoint of an open store has at least one record before it, if it says anything.
     *
     * @return whether that is so, or nothing had ever happened
     */
    public boolean isOfRebuild() {
        return manifest.replaySequence() == ReplayPoint.BEGINNING.nextSequence();
    }

    /**
     * Has policies and domains taken over, before anything is put.
     *
     * @param into takes them
     * @throws io.ashlar.DamagedException if a table is damaged; what came before is right
     * @throws IOException if a table cannot be read
     */
    public void adopt(CatalogBuilder into) throws IOException {
        for (byte family : new byte[] {CatalogLayout.DOMAIN, CatalogLayout.POLICY}) {
            EntryCursor cursor = manifest.tables().cursor(reader, new byte[] {family}, null);
            while (cursor.next()) {
                Key key = new Key(cursor.key());
                byte[] value = cursor.value();
                if (!key.isOf(family)) {
                    break;
                }
                if (value != null) {
                    into.adopt(key, value);
                }
            }
        }
    }

    /**
     * Shows all extents and names.
     *
     * @param visitor gets them
     * @throws io.ashlar.DamagedException if a table is damaged; what came before is right
     * @throws IOException if a table cannot be read
     */
    public void visit(Visitor visitor) throws IOException {
        EntryCursor cursor = manifest.tables().cursor(reader, EVERYTHING, null);
        while (cursor.next()) {
            byte[] value = cursor.value();
            if (value == null) {
                continue;
            }
            Key key = new Key(cursor.key());
            if (key.isOf(CatalogLayout.EXTENT)) {
                visitor.extent(key.id(), ExtentEntry.decode(key.id(), value));
            } else if (key.isOf(CatalogLayout.NAME)) {
                visitor.name(key.name(), Names.target(value));
            }
        }
    }
}
