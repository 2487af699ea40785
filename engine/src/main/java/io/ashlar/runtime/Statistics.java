package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.StoreStatistics;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.Counters.Figure;
import io.ashlar.catalog.table.TableStack;

/** Puts the figures of a store together. */
final class Statistics {
    private Statistics() {}

    static StoreStatistics of(
            Catalog catalog,
            EngineSettings settings,
            long journalBytes,
            long durableSequence,
            long appliedSequence,
            int pins,
            long writableBytes) {
        Counters counters = catalog.counters();
        TableStack tables = catalog.tables();
        return new StoreStatistics(
                counters.get(Figure.EXTENTS),
                counters.get(Figure.PLAIN_BYTES),
                counters.get(Figure.STORED_BYTES),
                counters.get(Figure.REFERENCED_BYTES),
                counters.get(Figure.GARBAGE_EXTENTS),
                counters.get(Figure.GARBAGE_BYTES),
                counters.get(Figure.NAMES),
                counters.get(Figure.PACKS),
                counters.get(Figure.INLINE_EXTENTS),
                tables.storedBytes(),
                tables.tables().size(),
                journalBytes,
                settings.journalMaxBytes(),
                durableSequence,
                appliedSequence,
                pins,
                writableBytes);
    }
}
