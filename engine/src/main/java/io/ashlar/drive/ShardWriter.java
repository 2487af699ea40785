package io.ashlar.drive;

import io.ashlar.drive.fanout.Wave;
import io.ashlar.shard.ShardEncoder;
import io.ashlar.shard.StripeShape;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts objects, a shard on each of several drives, and makes them durable on a quorum of these. Shards that a drive did not take go
 * to another one that has none of the object, where there is such a drive; what is missing in the end is owed. Safe for use by
 * many threads.
 */
final class ShardWriter {
    private static final long IDLE_BUFFER_BYTES = 64L << 20;

    /** A shard moves on to another drive so many times at most. */
    private static final int WAVES_MAX = 4;

    private final DriveSet drives;
    private final Placements placements;
    private final FanOutSettings settings;
    private final Threads threads;
    /** Told of every shard that is owed once its object is acknowledged. */
    private final ObjIntConsumer<String> owed;

    private final ShardBuffers buffers = new ShardBuffers(IDLE_BUFFER_BYTES);
    private final ConcurrentLinkedQueue<ShardEncoder> encoders = new ConcurrentLinkedQueue<>();
    /** Objects that are being put, and how often at once. */
    private final ConcurrentHashMap<String, Integer> putting = new ConcurrentHashMap<>();
    /** Objects of which a drive may yet take a shard, however long ago the put was over. */
    private final ConcurrentHashMap<String, PutRound> live = new ConcurrentHashMap<>();
    /** Objects that were put and not synced yet. */
    private final ConcurrentHashMap<String, PutRound> rounds = new ConcurrentHashMap<>();

    ShardWriter(
            DriveSet drives,
            Placements placements,
            FanOutSettings settings,
            Threads threads,
            ObjIntConsumer<String> owed) {
        this.drives = drives;
        this.placements = placements;
        this.settings = settings;
        this.threads = threads;
        this.owed = owed;
    }

    void put(String object, ByteBuffer image, Protection protection) throws IOException {
        PutRound round = encode(object, image, protection);
        putting.merge(object, 1, Integer::sum);
        live.put(object, round);
        try {
            send(round, image.remaining());
            rounds.put(object, round);
        } finally {
            putting.computeIfPresent(object, (name, count) -> count == 1 ? null : count - 1);
            release(round);
        }
    }

    private void release(PutRound round) {
        if (round.release()) {
            live.remove(round.object(), round);
        }
    }

    private PutRound encode(String object, ByteBuffer image, Protection protection) {
        StripeShape shape = protection.shape();
        ShardEncoder encoder = encoders.poll();
        if (encoder == null) {
            encoder = new ShardEncoder();
        }
        ByteBuffer[] shards = new ByteBuffer[shape.shards()];
        encoder.prepare(shape, object, 0, image);
        for (int i = 0; i < shards.length; i++) {
            shards[i] = buffers.take(encoder.shardBytes(i));
        }
        encoder.encode(shards);
        encoder.forget();
        encoders.add(encoder);
        return new PutRound(object, shards, protection.quorum(), buffers);
    }

    private void send(PutRound round, int imageBytes) throws IOException {
        int[] order = placements.order(round.object());
        Throwable[] failures = new Throwable[round.shards()];
        List<Integer> open = new ArrayList<>();
        for (int shard = 0; shard < round.shards(); shard++) {
            open.add(shard);
        }
        for (int waves = 0; waves < WAVES_MAX && !open.isEmpty(); waves++) {
            Map<Integer, Drive> targets = targets(round, order, open, waves == 0);
            if (targets.isEmpty()) {
                break;
            }
            open = send(round, targets, failures);
        }
        if (round.writtenCount() < round.quorum()) {
            discard(round);
            throw tooFew(round, imageBytes, failures);
        }
    }

    /**
     * Chooses a drive for each shard that has none: its own, if that takes shards and has room to spare; else the next in order that does
     * and has none of the object; else one with little room, its own first. Drives that are suspect are asked before a shard is left out.
     */
    private Map<Integer, Drive> targets(PutRound round, int[] order, List<Integer> open, boolean first) {
        Map<Integer, Drive> targets = new LinkedHashMap<>();
        List<Integer> homeless = new ArrayList<>(open);
        if (first) {
            settleAtHome(targets, homeless, order, Drive::isWelcoming);
        }
        settle(round, targets, homeless, order, Drive::isWelcoming);
        if (first) {
            settleAtHome(targets, homeless, order, Drive::isWritable);
        }
        settle(round, targets, homeless, order, Drive::isWritable);
        settle(round, targets, homeless, order, drive -> drive.state() == DriveState.SUSPECT);
        return targets;
    }

    private void settleAtHome(
            Map<Integer, Drive> targets, List<Integer> homeless, int[] order, Predicate<Drive> takes) {
        homeless.removeIf(shard -> {
            Drive own = shard < order.length ? drives.drive(order[shard]) : null;
            if (own == null || !takes.test(own) || targets.containsValue(own)) {
                return false;
            }
            targets.put(shard, own);
            return true;
        });
    }

    private void settle(
            PutRound round, Map<Integer, Drive> targets, List<Integer> homeless, int[] order, Predicate<Drive> takes) {
        for (int number : order) {
            Drive drive = drives.drive(number);
            if (drive != null
                    && !homeless.isEmpty()
                    && takes.test(drive)
                    && !round.uses(number)
                    && !targets.containsValue(drive)) {
                targets.put(homeless.remove(0), drive);
            }
        }
    }

    /** Sends shards and waits; returns those that a drive did not take. */
    private List<Integer> send(PutRound round, Map<Integer, Drive> targets, Throwable[] failures) {
        List<Map.Entry<Integer, Drive>> calls = List.copyOf(targets.entrySet());
        int before = round.writtenCount();
        Wave wave = new Wave(calls.size(), each -> before + each.goodCount() >= round.quorum());
        for (int call = 0; call < calls.size(); call++) {
            int index = call;
            int shard = calls.get(call).getKey();
            Drive drive = calls.get(call).getValue();
            ByteBuffer bytes = round.send(shard, drive.number());
            boolean taken = drive.executor().offer(() -> {
                wave.run(index, () -> {
                    String name = ShardNames.of(round.object(), shard);
                    drive.put(name, bytes);
                    if (!round.wrote(shard, drive.number())) {
                        drive.delete(name);
                    }
                });
                release(round);
            });
            if (!taken) {
                release(round);
                wave.ended(index, new IOException(drive + " has more to do than it can"));
            }
        }
        wave.await(threads, nanos(settings.timeoutMillis()), nanos(settings.graceMillis()));
        blameSlow(wave, calls.stream().map(Map.Entry::getValue).toList());
        List<Integer> failed = new ArrayList<>();
        for (int call = 0; call < calls.size(); call++) {
            int shard = calls.get(call).getKey();
            Throwable failure = wave.failure(call);
            if (failure != null) {
                failures[shard] = failure;
                failed.add(shard);
            }
        }
        return failed;
    }

    /** A drive that others did not wait for has not failed, but if it goes on like that it is passed over. */
    private static void blameSlow(Wave wave, List<Drive> called) {
        for (int call = 0; call < called.size(); call++) {
            if (!wave.isGood(call) && wave.failure(call) == null) {
                called.get(call).health().slow(new IOException("no answer while others had long given theirs"));
            }
        }
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private IOException tooFew(PutRound round, int imageBytes, @Nullable Throwable[] failures) {
        boolean full = true;
        boolean any = false;
        StringBuilder why = new StringBuilder();
        for (int shard = 0; shard < failures.length; shard++) {
            Throwable failure = failures[shard];
            if (failure != null) {
                any = true;
                full &= failure instanceof DiskFullException;
                why.append("; shard ").append(shard).append(": ").append(failure.getMessage());
            }
        }
        String message = "an object of " + imageBytes + " bytes could be put on " + round.writtenCount()
                + " drives, and " + round.quorum() + " are needed" + why;
        IOException exception = any && full ? new DiskFullException(message) : new IOException(message);
        for (Throwable failure : failures) {
            if (failure != null) {
                exception.addSuppressed(failure);
            }
        }
        return exception;
    }

    /** Deletes what was put of an object that is given up. Best effort: the rest is found as an orphan. */
    private void discard(PutRound round) {
        for (int shard = 0; shard < round.shards(); shard++) {
            Drive drive = drives.drive(round.drive(shard));
            String name = ShardNames.of(round.object(), shard);
            if (drive != null && drive.isReadable()) {
                drive.executor().offer(() -> {
                    try {
                        drive.delete(name);
                    } catch (IOException | RuntimeException e) {
                        // Counted by its health; the shard stays behind.
                    }
                });
            }
        }
    }

    /** Whether an object is not durable yet: whoever finds some of its shards must not take the others for lost. */
    boolean isUnderWay(String object) {
        return putting.containsKey(object) || rounds.containsKey(object);
    }

    /** Forgets an object that is about to be deleted. */
    @Nullable
    PutRound forget(String object) {
        PutRound late = live.get(object);
        if (late != null) {
            late.cancel();
        }
        PutRound round = rounds.remove(object);
        return round == null ? late : round;
    }

    /**
     * Makes objects durable on a quorum of drives each, and notes what is owed.
     *
     * @throws IOException if the quorum of one of them was missed; nothing may be assumed of any
     */
    void sync(Collection<String> objects) throws IOException {
        List<PutRound> synced = new ArrayList<>();
        Map<Drive, List<String>> names = new LinkedHashMap<>();
        for (String object : objects) {
            PutRound round = rounds.get(object);
            if (round == null) {
                continue;
            }
            synced.add(round);
            for (int shard = 0; shard < round.shards(); shard++) {
                Drive drive = drives.drive(round.drive(shard));
                if (drive != null && round.isWritten(shard)) {
                    names.computeIfAbsent(drive, key -> new ArrayList<>()).add(ShardNames.of(object, shard));
                }
            }
        }
        if (synced.isEmpty()) {
            return;
        }
        List<Drive> called = List.copyOf(names.keySet());
        Wave wave = new Wave(called.size(), each -> isEnough(each, called, synced));
        for (int call = 0; call < called.size(); call++) {
            int index = call;
            Drive drive = called.get(call);
            List<String> shards = List.copyOf(names.getOrDefault(drive, List.of()));
            if (!drive.executor().offer(() -> wave.run(index, () -> drive.sync(shards)))) {
                wave.ended(index, new IOException(drive + " has more to do than it can"));
            }
        }
        wave.await(threads, nanos(settings.timeoutMillis()), nanos(settings.graceMillis()));
        blameSlow(wave, called);
        settle(wave, called, synced, names);
    }

    private boolean isEnough(Wave wave, List<Drive> called, List<PutRound> synced) {
        for (PutRound round : synced) {
            int durable = 0;
            for (int call = 0; call < called.size(); call++) {
                durable += wave.isGood(call) && round.uses(called.get(call).number()) ? 1 : 0;
            }
            if (durable < round.quorum()) {
                return false;
            }
        }
        return true;
    }

    private void settle(Wave wave, List<Drive> called, List<PutRound> synced, Map<Drive, List<String>> names)
            throws IOException {
        List<Placement> durable = new ArrayList<>();
        for (PutRound round : synced) {
            rounds.remove(round.object(), round);
            int[] places = new int[round.shards()];
            for (int call = 0; call < called.size(); call++) {
                Drive drive = called.get(call);
                for (int shard = 0; wave.isGood(call) && shard < places.length; shard++) {
                    if (round.drive(shard) == drive.number()
                            && names.getOrDefault(drive, List.of()).contains(ShardNames.of(round.object(), shard))) {
                        places[shard] = drive.number();
                    }
                }
            }
            Placement placement = Placement.of(places);
            if (placement.shards() - placement.owed() < round.quorum()) {
                throw missed(round, placement, wave, called);
            }
            durable.add(placement);
        }
        for (int i = 0; i < durable.size(); i++) {
            String object = synced.get(i).object();
            placements.note(object, durable.get(i));
            for (int shard = 0; shard < durable.get(i).shards(); shard++) {
                if (durable.get(i).drive(shard) == Placement.OWED) {
                    owed.accept(object, shard);
                }
            }
        }
    }

    private IOException missed(PutRound round, Placement placement, Wave wave, List<Drive> called) {
        StringBuilder why = new StringBuilder();
        for (int call = 0; call < called.size(); call++) {
            Throwable failure = wave.failure(call);
            if (!wave.isGood(call)) {
                why.append("; ").append(called.get(call)).append(": ");
                why.append(failure == null ? "no answer in time" : failure.getMessage());
            }
        }
        IOException exception = new IOException("object " + round.object() + " became durable on "
                + (placement.shards() - placement.owed()) + " drives, and " + round.quorum() + " are needed" + why);
        for (int call = 0; call < called.size(); call++) {
            Throwable failure = wave.failure(call);
            if (failure != null) {
                exception.addSuppressed(failure);
            }
        }
        return exception;
    }
}
