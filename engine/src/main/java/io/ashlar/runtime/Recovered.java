package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.RecoveryReport;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.catalog.Pins;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalRecovery;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A store's state as recovery found it, before anything is written again.
 *
 * @param settings the settings, those fixed at creation as the store has them
 * @param backend where the objects are
 * @param superblocks the anchors
 * @param newest the checkpoint in force
 * @param older the one before
 * @param catalog the state
 * @param tableReader reads its tables
 * @param pins nobody yet
 * @param journal the replayed journal; null for a new store
 * @param report what was found
 * @param lastSequence the last record of the journal
 */
record Recovered(
        EngineSettings settings,
        ExtentBackend backend,
        SuperblockStore superblocks,
        Checkpointer.InForce newest,
        Checkpointer.InForce older,
        Catalog catalog,
        TableReader tableReader,
        Pins pins,
        @Nullable JournalRecovery journal,
        RecoveryReport report,
        long lastSequence) {

    /** Goes on with the journal that was replayed, in a new life. */
    Journal startLife() throws IOException {
        JournalRecovery recovery = journal;
        if (recovery == null) {
            throw new IllegalStateException("there is no journal to go on with");
        }
        Journal next = recovery.startLife();
        recovery.close();
        return next;
    }
}
