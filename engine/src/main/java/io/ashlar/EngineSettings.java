package io.ashlar;

/**
 * The settings of a store: plain numbers and choices, each with its unit in its name. Immutable; {@link #defaults} and the
 * {@code with…} methods make others.
 *
 * @param extentPageBytes the size of a page of an extent, the unit of checksums and of partial reads; a power of two from
 *     512 to 65,536
 * @param inlineThresholdBytes extents of up to so many bytes travel in the journal and are packed together later; 0 to
 *     65,536
 * @param identity how content is hashed, without a key; fixed when the store is created
 * @param journalSegmentBytes the size of a segment of the journal; 8 KiB to 1 GiB
 * @param journalMaxBytes how large the journal may become before writers have to wait for a checkpoint; at least eight
 *     segments and 640 KiB
 * @param checkpointJournalBytes a checkpoint begins after so many bytes of journal
 * @param diskReserveBytes so many bytes of the disk that the store's directory is on are left to checkpoints, moves and
 *     sweeps: what users put is refused when no more are free; 0 for none
 * @param memoryBudgetBytes how much memory caches and buffers may take together
 * @param commitRingSlots how many commands may wait for the journal; a power of two
 * @param payloadRingSlots how many large extents may be under way at once; a power of two, each slot holds 2 MiB
 * @param writeTimeoutMillis how long a write may wait for its turn before it is refused
 * @param bufferedForceMillis how soon a {@link Durability#BUFFERED} write is forced at the latest
 * @param gcGraceMillis how long an extent without references is kept, in case it is put again
 * @param orphanGraceMillis how old bytes without a record must be before they are deleted
 * @param pinMaxMillis how long a pin may hold back the collector
 * @param packLiveRatioMin a pack of small extents is rewritten when less than this share of it is alive; 0 to 1
 * @param maintenanceIntervalMillis how often the collector and the checkpointer look whether there is something to do; 0
 *     leaves both to explicit calls
 * @param drives what matters to stores over drives only
 */
public record EngineSettings(
        int extentPageBytes,
        int inlineThresholdBytes,
        ExtentId.Hash identity,
        int journalSegmentBytes,
        long journalMaxBytes,
        long checkpointJournalBytes,
        long diskReserveBytes,
        long memoryBudgetBytes,
        int commitRingSlots,
        int payloadRingSlots,
        long writeTimeoutMillis,
        long bufferedForceMillis,
        long gcGraceMillis,
        long orphanGraceMillis,
        long pinMaxMillis,
        double packLiveRatioMin,
        long maintenanceIntervalMillis,
        DriveSettings drives) {

    /** The most bytes that one extent holds. */
    public static final int MAX_EXTENT_BYTES = 2 << 20;

    private static final long JOURNAL_BYTES_MIN = 640 << 10;

    private static final EngineSettings DEFAULTS = new EngineSettings(
            4096,
            16 << 10,
            ExtentId.Hash.XXH3_128,
            8 << 20,
            512L << 20,
            128L << 20,
            64L << 20,
            256L << 20,
            1024,
            16,
            30_000,
            100,
            1_000,
            600_000,
            600_000,
            0.5,
            250,
            DriveSettings.defaults());

    /**
     * Checks the settings.
     *
     * @param extentPageBytes the size of a page of an extent, the unit of checksums and of partial reads
     * @param inlineThresholdBytes extents of up to so many bytes travel in the journal and are packed together later
     * @param identity how content is hashed, without a key
     * @param journalSegmentBytes the size of a segment of the journal
     * @param journalMaxBytes how large the journal may become before writers have to wait for a checkpoint
     * @param checkpointJournalBytes a checkpoint begins after so many bytes of journal
     * @param diskReserveBytes what is left to the engine when the disk is full for users
     * @param memoryBudgetBytes how much memory caches and buffers may take together
     * @param commitRingSlots how many commands may wait for the journal
     * @param payloadRingSlots how many large extents may be under way at once
     * @param writeTimeoutMillis how long a write may wait for its turn before it is refused
     * @param bufferedForceMillis how soon a {@link Durability#BUFFERED} write is forced at the latest
     * @param gcGraceMillis how long an extent without references is kept, in case it is put again
     * @param orphanGraceMillis how old bytes without a record must be before they are deleted
     * @param pinMaxMillis how long a pin may hold back the collector
     * @param packLiveRatioMin a pack of small extents is rewritten when less than this share of it is alive
     * @param maintenanceIntervalMillis how often the collector and the checkpointer look whether there is something to do
     * @param drives what matters to stores over drives only
     * @throws IllegalArgumentException if one is out of its bounds; the message names it and its bounds
     */
    public EngineSettings {
        check(
                powerOfTwo(extentPageBytes, 512, 65_536),
                "extentPageBytes",
                extentPageBytes,
                "a power of two, 512 to 65536");
        check(
                inlineThresholdBytes >= 0 && inlineThresholdBytes <= 65_536,
                "inlineThresholdBytes",
                inlineThresholdBytes,
                "0 to 65536");
        check(
                identity != ExtentId.Hash.HMAC_SHA_256,
                "identity",
                identity,
                "a hash without a key, as stores have none yet");
        check(
                journalSegmentBytes >= 8192 && journalSegmentBytes <= 1 << 30 && journalSegmentBytes % 4096 == 0,
                "journalSegmentBytes",
                journalSegmentBytes,
                "a multiple of 4096, 8192 to 2^30");
        check(
                inlineThresholdBytes * 2L + 4096 <= journalSegmentBytes,
                "inlineThresholdBytes",
                inlineThresholdBytes,
                "less than half of a journal segment, " + journalSegmentBytes + " bytes");
        check(
                journalMaxBytes >= Math.max(8L * journalSegmentBytes, JOURNAL_BYTES_MIN),
                "journalMaxBytes",
                journalMaxBytes,
                "at least 8 segments and 640 KiB, for the largest record and the reserve");
        check(
                checkpointJournalBytes > 0 && checkpointJournalBytes <= journalMaxBytes / 4,
                "checkpointJournalBytes",
                checkpointJournalBytes,
                "1 to a quarter of journalMaxBytes");
        check(diskReserveBytes >= 0, "diskReserveBytes", diskReserveBytes, "0 or more");
        check(memoryBudgetBytes >= 1 << 16, "memoryBudgetBytes", memoryBudgetBytes, "at least 65536");
        check(powerOfTwo(commitRingSlots, 2, 1 << 20), "commitRingSlots", commitRingSlots, "a power of two, 2 to 2^20");
        check(
                powerOfTwo(payloadRingSlots, 2, 1 << 10),
                "payloadRingSlots",
                payloadRingSlots,
                "a power of two, 2 to 1024");
        check(writeTimeoutMillis > 0, "writeTimeoutMillis", writeTimeoutMillis, "positive");
        check(bufferedForceMillis > 0, "bufferedForceMillis", bufferedForceMillis, "positive");
        check(gcGraceMillis >= 0, "gcGraceMillis", gcGraceMillis, "0 or more");
        check(orphanGraceMillis >= 0, "orphanGraceMillis", orphanGraceMillis, "0 or more");
        check(pinMaxMillis > 0, "pinMaxMillis", pinMaxMillis, "positive");
        check(packLiveRatioMin >= 0 && packLiveRatioMin <= 1, "packLiveRatioMin", packLiveRatioMin, "0 to 1");
        check(maintenanceIntervalMillis >= 0, "maintenanceIntervalMillis", maintenanceIntervalMillis, "0 or more");
    }

    private static boolean powerOfTwo(int value, int min, int max) {
        return value >= min && value <= max && Integer.bitCount(value) == 1;
    }

    private static void check(boolean holds, String name, Object value, String bounds) {
        if (!holds) {
            throw new IllegalArgumentException("setting " + name + " is " + value + "; it must be " + bounds);
        }
    }

    /**
     * The settings that serve most stores.
     *
     * @return the defaults
     */
    public static EngineSettings defaults() {
        return DEFAULTS;
    }

    /**
     * These settings with another {@code extentPageBytes}.
     *
     * @param extentPageBytes the size of a page of an extent, the unit of checksums and of partial reads
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withExtentPageBytes(int extentPageBytes) {
        Draft draft = new Draft(this);
        draft.extentPageBytes = extentPageBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code inlineThresholdBytes}.
     *
     * @param inlineThresholdBytes extents of up to so many bytes travel in the journal and are packed together later
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withInlineThresholdBytes(int inlineThresholdBytes) {
        Draft draft = new Draft(this);
        draft.inlineThresholdBytes = inlineThresholdBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code identity}.
     *
     * @param identity how content is hashed, without a key
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withIdentity(ExtentId.Hash identity) {
        Draft draft = new Draft(this);
        draft.identity = identity;
        return draft.settings();
    }

    /**
     * These settings with another {@code journalSegmentBytes}.
     *
     * @param journalSegmentBytes the size of a segment of the journal
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withJournalSegmentBytes(int journalSegmentBytes) {
        Draft draft = new Draft(this);
        draft.journalSegmentBytes = journalSegmentBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code journalMaxBytes}.
     *
     * @param journalMaxBytes how large the journal may become before writers have to wait for a checkpoint
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withJournalMaxBytes(long journalMaxBytes) {
        Draft draft = new Draft(this);
        draft.journalMaxBytes = journalMaxBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code checkpointJournalBytes}.
     *
     * @param checkpointJournalBytes a checkpoint begins after so many bytes of journal
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withCheckpointJournalBytes(long checkpointJournalBytes) {
        Draft draft = new Draft(this);
        draft.checkpointJournalBytes = checkpointJournalBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code diskReserveBytes}.
     *
     * @param diskReserveBytes what is left to the engine when the disk is full for users
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withDiskReserveBytes(long diskReserveBytes) {
        Draft draft = new Draft(this);
        draft.diskReserveBytes = diskReserveBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code memoryBudgetBytes}.
     *
     * @param memoryBudgetBytes how much memory caches and buffers may take together
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withMemoryBudgetBytes(long memoryBudgetBytes) {
        Draft draft = new Draft(this);
        draft.memoryBudgetBytes = memoryBudgetBytes;
        return draft.settings();
    }

    /**
     * These settings with another {@code commitRingSlots}.
     *
     * @param commitRingSlots how many commands may wait for the journal
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withCommitRingSlots(int commitRingSlots) {
        Draft draft = new Draft(this);
        draft.commitRingSlots = commitRingSlots;
        return draft.settings();
    }

    /**
     * These settings with another {@code payloadRingSlots}.
     *
     * @param payloadRingSlots how many large extents may be under way at once
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withPayloadRingSlots(int payloadRingSlots) {
        Draft draft = new Draft(this);
        draft.payloadRingSlots = payloadRingSlots;
        return draft.settings();
    }

    /**
     * These settings with another {@code writeTimeoutMillis}.
     *
     * @param writeTimeoutMillis how long a write may wait for its turn before it is refused
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withWriteTimeoutMillis(long writeTimeoutMillis) {
        Draft draft = new Draft(this);
        draft.writeTimeoutMillis = writeTimeoutMillis;
        return draft.settings();
    }

    /**
     * These settings with another {@code bufferedForceMillis}.
     *
     * @param bufferedForceMillis how soon a {@link Durability#BUFFERED} write is forced at the latest
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withBufferedForceMillis(long bufferedForceMillis) {
        Draft draft = new Draft(this);
        draft.bufferedForceMillis = bufferedForceMillis;
        return draft.settings();
    }

    /**
     * These settings with another {@code gcGraceMillis}.
     *
     * @param gcGraceMillis how long an extent without references is kept, in case it is put again
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withGcGraceMillis(long gcGraceMillis) {
        Draft draft = new Draft(this);
        draft.gcGraceMillis = gcGraceMillis;
        return draft.settings();
    }

    /**
     * These settings with another {@code orphanGraceMillis}.
     *
     * @param orphanGraceMillis how old bytes without a record must be before they are deleted
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withOrphanGraceMillis(long orphanGraceMillis) {
        Draft draft = new Draft(this);
        draft.orphanGraceMillis = orphanGraceMillis;
        return draft.settings();
    }

    /**
     * These settings with another {@code pinMaxMillis}.
     *
     * @param pinMaxMillis how long a pin may hold back the collector
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withPinMaxMillis(long pinMaxMillis) {
        Draft draft = new Draft(this);
        draft.pinMaxMillis = pinMaxMillis;
        return draft.settings();
    }

    /**
     * These settings with another {@code packLiveRatioMin}.
     *
     * @param packLiveRatioMin a pack of small extents is rewritten when less than this share of it is alive
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withPackLiveRatioMin(double packLiveRatioMin) {
        Draft draft = new Draft(this);
        draft.packLiveRatioMin = packLiveRatioMin;
        return draft.settings();
    }

    /**
     * These settings with another {@code maintenanceIntervalMillis}.
     *
     * @param maintenanceIntervalMillis how often the collector and the checkpointer look whether there is something to do
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public EngineSettings withMaintenanceIntervalMillis(long maintenanceIntervalMillis) {
        Draft draft = new Draft(this);
        draft.maintenanceIntervalMillis = maintenanceIntervalMillis;
        return draft.settings();
    }

    /**
     * These settings with others for drives.
     *
     * @param drives what matters to stores over drives only
     * @return the changed settings
     */
    public EngineSettings withDrives(DriveSettings drives) {
        Draft draft = new Draft(this);
        draft.drives = drives;
        return draft.settings();
    }

    /** Settings while one of them is changed. */
    private static final class Draft {
        int extentPageBytes;
        int inlineThresholdBytes;
        ExtentId.Hash identity;
        int journalSegmentBytes;
        long journalMaxBytes;
        long checkpointJournalBytes;
        long diskReserveBytes;
        long memoryBudgetBytes;
        int commitRingSlots;
        int payloadRingSlots;
        long writeTimeoutMillis;
        long bufferedForceMillis;
        long gcGraceMillis;
        long orphanGraceMillis;
        long pinMaxMillis;
        double packLiveRatioMin;
        long maintenanceIntervalMillis;
        DriveSettings drives;

        Draft(EngineSettings from) {
            extentPageBytes = from.extentPageBytes;
            inlineThresholdBytes = from.inlineThresholdBytes;
            identity = from.identity;
            journalSegmentBytes = from.journalSegmentBytes;
            journalMaxBytes = from.journalMaxBytes;
            checkpointJournalBytes = from.checkpointJournalBytes;
            diskReserveBytes = from.diskReserveBytes;
            memoryBudgetBytes = from.memoryBudgetBytes;
            commitRingSlots = from.commitRingSlots;
            payloadRingSlots = from.payloadRingSlots;
            writeTimeoutMillis = from.writeTimeoutMillis;
            bufferedForceMillis = from.bufferedForceMillis;
            gcGraceMillis = from.gcGraceMillis;
            orphanGraceMillis = from.orphanGraceMillis;
            pinMaxMillis = from.pinMaxMillis;
            packLiveRatioMin = from.packLiveRatioMin;
            maintenanceIntervalMillis = from.maintenanceIntervalMillis;
            drives = from.drives;
        }

        EngineSettings settings() {
            return new EngineSettings(
                    extentPageBytes,
                    inlineThresholdBytes,
                    identity,
                    journalSegmentBytes,
                    journalMaxBytes,
                    checkpointJournalBytes,
                    diskReserveBytes,
                    memoryBudgetBytes,
                    commitRingSlots,
                    payloadRingSlots,
                    writeTimeoutMillis,
                    bufferedForceMillis,
                    gcGraceMillis,
                    orphanGraceMillis,
                    pinMaxMillis,
                    packLiveRatioMin,
                    maintenanceIntervalMillis,
                    drives);
        }
    }
}
