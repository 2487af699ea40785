package io.ashlar.runtime;

import io.ashlar.BackPressureException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.NameNotFoundException;
import io.ashlar.ObjectWriter;
import io.ashlar.SparseExtent;
import io.ashlar.StorageException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.Futures;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.SparseContent;
import io.ashlar.format.CommandLayout;
import io.ashlar.pipeline.PutTask;
import io.ashlar.pipeline.StorageDomain;
import io.ashlar.policy.PolicyTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The extents of a store that is open for writing. */
final class Extents extends ReadableExtents {
    private static final int STREAM_BUFFER_BYTES = 1 << 20;

    private final EngineCore core;
    private final EngineCore.Driver driver;
    private final EngineSettings settings;
    private final String policy;

    Extents(EngineCore core) {
        super(core.catalog(), core.access(), core.pins(), core.clock());
        this.core = core;
        driver = core.driver();
        settings = core.settings();
        policy = PolicyTable.ROOT;
    }

    private Extents(Extents other, String policy) {
        super(other);
        core = other.core;
        driver = other.driver;
        settings = other.settings;
        this.policy = policy;
    }

    /** The same extents; what is put by way of this is stored as a policy says. */
    Extents under(String newPolicy) {
        PolicyTable.checkName(newPolicy);
        return new Extents(this, newPolicy);
    }

    /** How extents are stored that are put now. */
    private StorageDomain domain() {
        return reading("find out how extents are stored", () -> core.domains().of(policy));
    }

    /** Waits for something to be durable, without giving in to interrupts. */
    <T> T await(CompletableFuture<T> future) {
        // Whoever completes it always does, or the store fails and then does; the time-out is for a disk that hangs.
        long timeoutNanos = settings.writeTimeoutMillis() * 2_000_000;
        if (!core.threads().await(future, timeoutNanos)) {
            throw new StorageException("the disk did not answer for " + timeoutNanos / 1_000_000
                    + " ms: whether the write is durable is unknown; it may become so later");
        }
        return Futures.join(future);
    }

    @Override
    public ExtentId put(ByteBuffer bytes) {
        return await(submit(bytes, Durability.SYNC));
    }

    @Override
    public CompletableFuture<ExtentId> put(ByteBuffer bytes, Durability durability) {
        CompletableFuture<ExtentId> future = submit(bytes, durability);
        if (durability == Durability.SYNC) {
            await(future);
        }
        return future;
    }

    private CompletableFuture<ExtentId> submit(ByteBuffer bytes, Durability durability) {
        checkWritable();
        checkLength(bytes.remaining());
        return driver.put(PutTask.dense(
                        ExtentKind.DATA, settings.extentPageBytes(), bytes.duplicate(), List.of(), true, durability)
                .in(domain()));
    }

    private static void checkLength(int bytes) {
        if (bytes > EngineSettings.MAX_EXTENT_BYTES) {
            throw new IllegalArgumentException("an extent has at most " + EngineSettings.MAX_EXTENT_BYTES
                    + " bytes, not " + bytes + "; put a stream, or use newObject");
        }
    }

    @Override
    public ExtentId put(SparseExtent content) {
        checkWritable();
        SparseContent sparse =
                SparseContent.of(content.pageBytes(), content.lengthBytes(), content.present(), content.bytes());
        return await(driver.put(PutTask.sparse(sparse, content.bytes().duplicate(), Durability.SYNC)
                .in(domain())));
    }

    @Override
    public ExtentId put(InputStream stream) throws IOException {
        byte[] buffer = new byte[STREAM_BUFFER_BYTES];
        try (ObjectWriter writer = newObject()) {
            int read;
            while ((read = stream.read(buffer)) >= 0) {
                writer.write(ByteBuffer.wrap(buffer, 0, read));
            }
            return writer.finish();
        }
    }

    @Override
    public void retain(ExtentId id) {
        await(retain(id, Durability.SYNC));
    }

    @Override
    public CompletableFuture<Void> retain(ExtentId id, Durability durability) {
        checkWritable();
        hold(id);
        return unhold(id, durability, new Command.Retain(id, 1));
    }

    /** Holds an extent that must be there. */
    void hold(ExtentId id) {
        boolean held = reading("look up extent " + id, () -> catalog().hold(id));
        if (!held) {
            throw notFound(id);
        }
    }

    /** Submits a command that counts on an extent being held, and ends the hold when it is applied. */
    CompletableFuture<Void> unhold(ExtentId id, Durability durability, Command command) {
        CompletableFuture<Catalog.Outcome> done;
        try {
            done = driver.submit(command, durability, false);
        } catch (RuntimeException e) {
            catalog().unhold(id);
            throw e;
        }
        return done.handle((outcome, failure) -> {
                    catalog().unhold(id);
                    return null;
                })
                .thenCompose(nothing -> done)
                .thenAccept(outcome -> check(outcome, id));
    }

    private static void check(Catalog.Outcome outcome, ExtentId id) {
        if (outcome == Catalog.Outcome.NO_EXTENT) {
            throw notFound(id);
        }
    }

    static ExtentNotFoundException notFound(ExtentId id) {
        return new ExtentNotFoundException(
                "there is no extent " + id + ", or nothing refers to it any more; put it again if you have its bytes");
    }

    @Override
    public void release(ExtentId id) {
        await(release(id, Durability.SYNC));
    }

    @Override
    public CompletableFuture<Void> release(ExtentId id, Durability durability) {
        checkWritable();
        checkReserve();
        return driver.submit(new Command.Release(id, 1), durability, true).thenAccept(outcome -> {
            if (outcome == Catalog.Outcome.NO_EXTENT) {
                throw new ExtentNotFoundException(
                        "extent " + id + " has no reference left that a put or a retain took; nothing was released");
            }
        });
    }

    /**
     * Releases make room, so they may use what the journal holds in reserve, but for one segment: without that the engine
     * could not write the records that make room, and nobody ever would.
     */
    private void checkReserve() {
        long limit = settings.journalMaxBytes() - settings.journalSegmentBytes();
        if (core.journal().usedBytes() > limit) {
            throw new BackPressureException("the journal is full, up to what it holds in reserve for making room;"
                    + " nothing was released, try again once a checkpoint was written");
        }
    }

    @Override
    public void bind(String name, ExtentId id) {
        checkWritable();
        checkName(name);
        hold(id);
        await(unhold(id, Durability.SYNC, new Command.Bind(name, id)));
    }

    static void checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > CommandLayout.MAX_NAME_BYTES || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a name has 1 to " + CommandLayout.MAX_NAME_BYTES
                    + " bytes of UTF-8 and no control characters; this one has " + bytes + " bytes");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("a name must be valid Unicode: this one has an unpaired surrogate");
        }
    }

    @Override
    public void unbind(String name) {
        checkWritable();
        checkName(name);
        checkReserve();
        Catalog.Outcome outcome = await(driver.submit(new Command.Unbind(name), Durability.SYNC, true));
        if (outcome == Catalog.Outcome.NO_NAME) {
            throw new NameNotFoundException("there is no name '" + name + "'; ashlar ls lists those that there are");
        }
    }

    @Override
    public ObjectWriter newObject() {
        checkWritable();
        return new TreeWriter(this, driver, settings, domain());
    }

    /** Reading goes on when the store has failed; writing does not. */
    void checkWritable() {
        checkOpen();
        core.latch().check();
    }
}
