package io.ashlar.simulation;

import io.ashlar.EngineSettings;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.FaultyBackend.Fault;
import io.ashlar.testkit.FaultyBackend.Operation;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a run is like: the settings, which kinds of faults there are and how often, how busy users and parts are. Every run draws
 * its own, since a fault that is always on hides those that need long runs without it (Groce et al., "Swarm testing", ISSTA
 * 2012).
 */
final class Swarm {
    /** How a run goes on the whole. */
    enum Manner {
        /** Nothing fails: no put may, and the store may not latch. */
        CALM,
        /** Disks and backends fail, lie and stall. */
        FAULTY,
        /** One fault strikes in each life, and no other. */
        STRUCK,
        /** As calm, with records so large and a journal so small that it fills up. */
        CRAMPED,
        /**
         * Calm, and in the end the disk damages what it holds: something may be lost, but nothing may read as something else.
         */
        ROTTEN
    }

    /** How many runs in all of these are like that. */
    private static final Map<Manner, Integer> SHARES = new EnumMap<>(
            Map.of(Manner.CALM, 12, Manner.FAULTY, 9, Manner.STRUCK, 7, Manner.CRAMPED, 2, Manner.ROTTEN, 2));

    private static final Set<Kind> DISK_KINDS = EnumSet.complementOf(EnumSet.of(Kind.MISDIRECTED_WRITE));
    private static final Set<Kind> FATAL_KINDS =
            EnumSet.of(Kind.FORCE_FAILURE, Kind.DIRECTORY_FORCE_FAILURE, Kind.WRITE_FAILURE);

    /** One in how many lives is opened with all the faults. */
    private static final int FAULTY_OPENING_ONE_IN = 4;

    private record BackendFault(Operation operation, Fault fault) {}

    private static final List<BackendFault> BACKEND_FAULTS = backendFaults();

    final Manner manner;
    final EngineSettings settings;
    final int contents;

    /** How many contents have a hash that another one has. */
    final int twins;

    final int sectorBytes;

    /** How much the disk has beyond what it holds, at the begin of a life. */
    final long roomBytes;

    final int switchOneIn;
    final int resumePercent;
    final int stepsMax;
    final int operationsMax;

    /** How many steps the collector or the checkpointer does at most before something else is done. */
    final int burst;
    /** How often the clock jumps, of a thousand turns. */
    final int clockJumps;

    // Of a hundred turns each.
    // The rest are calls of users, but for a few.
    final int puts;
    final int commits;
    final int collections;
    final int checkpoints;

    private final Map<Kind, Double> diskRates = new EnumMap<>(Kind.class);
    private final List<BackendFault> backendFaults = new ArrayList<>();
    private final double backendRate;
    private boolean rotting;

    /** Whether extents are put under policies, which change. Drawn from what is drawn already, as runs without are to stay what they are. */
    boolean hasPolicies() {
        return (operationsMax & 3) == 0;
    }

    /** Where the draws of policies begin. */
    long policySeed() {
        return 31L * operationsMax + stepsMax;
    }

    Swarm(SplittableRandom random) {
        manner = manner(random);
        boolean cramped = manner == Manner.CRAMPED;
        int segment = cramped ? 64 << 10 : 8192 << random.nextInt(2);
        settings = EngineSettings.defaults()
                .withExtentPageBytes(512)
                .withInlineThresholdBytes(cramped ? 12 << 10 : random.nextInt(8) == 0 ? 0 : 300 + random.nextInt(400))
                .withJournalSegmentBytes(segment)
                .withCheckpointJournalBytes(segment)
                .withJournalMaxBytes(640 << 10)
                .withDiskReserveBytes(random.nextInt(2) * (96 << 10))
                .withMemoryBudgetBytes(1 << 18)
                .withGcGraceMillis(random.nextInt(2))
                .withOrphanGraceMillis(0)
                .withMaintenanceIntervalMillis(0);
        contents = cramped ? 150 : 4 + random.nextInt(6);
        twins = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        sectorBytes = random.nextInt(3) == 0 ? 64 : 512;
        switchOneIn = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(6);
        resumePercent = 15 + random.nextInt(50);
        stepsMax = 500 + random.nextInt(3000);
        operationsMax = 100 + random.nextInt(1200);
        burst = 1 << random.nextInt(4);
        clockJumps = random.nextInt(2) * random.nextInt(12);
        puts = 15 + random.nextInt(25);
        commits = 8 + random.nextInt(14);
        collections = 5 + random.nextInt(13);
        checkpoints = cramped ? 4 : 6 + random.nextInt(34);
        backendRate = rate(random, 0.3);
        roomBytes = drawFaults(random) ? (16 << 10) + random.nextInt(200 << 10) : Long.MAX_VALUE;
    }

    private static Manner manner(SplittableRandom random) {
        int toss =
                random.nextInt(SHARES.values().stream().mapToInt(share -> share).sum());
        for (Map.Entry<Manner, Integer> share : SHARES.entrySet()) {
            if ((toss -= share.getValue()) < 0) {
                return share.getKey();
            }
        }
        throw new AssertionError("the shares are all");
    }

    /** Draws which faults there are; returns whether the disk is small. */
    private boolean drawFaults(SplittableRandom random) {
        if (random.nextInt(3) == 0) {
            diskRates.put(Kind.SHORT_WRITE, 0.1 + random.nextDouble() * 0.8);
        }
        if (manner != Manner.FAULTY) {
            return false;
        }
        for (Kind kind : DISK_KINDS) {
            if (random.nextInt(4) == 0) {
                diskRates.putIfAbsent(kind, rate(random, FATAL_KINDS.contains(kind) ? 0.02 : 0.1));
            }
        }
        for (BackendFault fault : BACKEND_FAULTS) {
            if (random.nextInt(6) == 0) {
                backendFaults.add(fault);
            }
        }
        return random.nextInt(4) == 0;
    }

    /** Often small, sometimes large. */
    private static double rate(SplittableRandom random, double most) {
        return most * Math.exp(-4 * random.nextDouble());
    }

    private static List<BackendFault> backendFaults() {
        List<BackendFault> faults = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            if (operation == Operation.PUT_IF_ABSENT) {
                continue;
            }
            faults.add(new BackendFault(operation, Fault.FAIL));
            faults.add(new BackendFault(operation, Fault.DELAY));
        }
        faults.add(new BackendFault(Operation.PUT, Fault.FULL));
        faults.add(new BackendFault(Operation.PUT, Fault.LOSE));
        faults.add(new BackendFault(Operation.PUT, Fault.FAIL_AFTER));
        faults.add(new BackendFault(Operation.DELETE, Fault.FAIL_AFTER));
        faults.add(new BackendFault(Operation.SYNC, Fault.FAIL_AFTER));
        faults.add(new BackendFault(Operation.READ, Fault.CORRUPT));
        faults.add(new BackendFault(Operation.LIST, Fault.PARTIAL));
        faults.add(new BackendFault(Operation.LIST, Fault.STALE));
        return faults;
    }

    /** Whether nothing fails: then nothing may be refused for a failure. */
    boolean isGood() {
        return manner != Manner.FAULTY && manner != Manner.STRUCK && !rotting;
    }

    /** Whether what is read is what was written. */
    boolean isTruthful() {
        return manner != Manner.FAULTY && !rotting;
    }

    /** From here on the drive puts writes in the wrong places. */
    void rot() {
        rotting = true;
        diskRates.put(Kind.MISDIRECTED_WRITE, 0.1);
    }

    boolean isRotting() {
        return rotting;
    }

    /** Sets the faults of a disk for the opening: mostly none, for otherwise few would succeed. */
    void begin(SimulatedDisk disk, SplittableRandom random) {
        if (!rotting && random.nextInt(FAULTY_OPENING_ONE_IN) == 0) {
            set(disk);
        }
    }

    /** Sets the faults of a disk for one life. */
    void set(SimulatedDisk disk) {
        disk.faults().clear();
        diskRates.forEach((kind, rate) -> disk.faults().rate(kind, rate));
        disk.capacityBytes(roomBytes == Long.MAX_VALUE ? roomBytes : disk.usedBytes() + roomBytes);
    }

    /** Sets the faults of a backend for one life. */
    void set(FaultyBackend backend) {
        backendFaults.forEach(fault -> backend.setRate(fault.operation, fault.fault, backendRate));
        // Longer than any write may take, now and then.
        backend.setDelayNanosMax(2 * settings.writeTimeoutMillis() * 1_000_000);
    }

    /** The one fault of a life; null if there is to be none, or more. */
    @Nullable
    Strike strike(SplittableRandom random) {
        return manner == Manner.STRUCK ? new Strike(random) : null;
    }

    /** Checks that an opening may fail so. */
    void allows(Exception failure) {
        if (isTruthful()) {
            throw new Violation("the store could not be opened: " + failure, failure);
        }
    }
}
