package io.ashlar;

import java.util.List;

/**
 * What opening a store found.
 *
 * @param created whether the store is new
 * @param cleanShutdown whether the last life ended with a close
 * @param recordsReplayed journal records that were applied again
 * @param journalBytesReplayed their bytes
 * @param tornBytes bytes at the end of the journal that a crash cut short; none of them was acknowledged
 * @param lostRecords acknowledged records that are lost for good; only ever more than zero after a salvage
 * @param problems what was wrong and could be put right: a damaged superblock copy, for instance
 */
public record RecoveryReport(
        boolean created,
        boolean cleanShutdown,
        long recordsReplayed,
        long journalBytesReplayed,
        long tornBytes,
        long lostRecords,
        List<String> problems) {}
