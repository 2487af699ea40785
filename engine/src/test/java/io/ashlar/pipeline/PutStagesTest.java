package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.BackendException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.CommandPort;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.catalog.NameSource;
import io.ashlar.catalog.Pins;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.ObjectName;
import io.ashlar.extent.Unsealer;
import io.ashlar.journal.JournalPosition;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stages of a put, one after the other on one thread. */
class PutStagesTest {
    private static final int LIFE = 7;
    private static final int PAGE_BYTES = 4096;
    private static final int INLINE_BYTES = 1000;

    private final List<String> events = new ArrayList<>();
    private final Shelf shelf = new Shelf(events);
    private int holds;
    private final NameSource names = new NameSource(LIFE);
    private final Port port = new Port();
    private final Pins pins = new Pins(1_000_000_000_000L, Probe.NONE);
    private final Catalog catalog = new Catalog(
            new TableReader(new ExtentPageSource(shelf), new PageCache(1 << 16)),
            TableStack.EMPTY,
            new long[0],
            pins,
            new Probe() {
                @Override
                public void reserved(ExtentId id, boolean hit) {
                    holds++;
                }

                @Override
                public void unreserved(ExtentId id) {
                    holds--;
                }
            });
    private final ExtentAccess access = new ExtentAccess(
            shelf,
            (position, target) -> {
                throw new IOException("nothing is in the journal");
            },
            catalog::find,
            Unsealer.NONE);
    private long freeBytes = 1 << 20;
    private final PutStages stages = new PutStages(
            catalog,
            access,
            shelf,
            names,
            port,
            EngineSettings.defaults().withInlineThresholdBytes(INLINE_BYTES),
            new DiskReserve(() -> freeBytes, 100_000),
            () -> 0,
            new Probe() {
                @Override
                public void storing(String objectName) {
                    events.add("storing");
                }

                @Override
                public void hardened(String objectName) {
                    events.add("hardened");
                }

                @Override
                public void discarded(String objectName, boolean deleted) {
                    events.add(deleted ? "discarded" : "left");
                }
            });
    private long sequence;

    /** Takes records, and answers when it is told to. */
    private static final class Port implements CommandPort {
        private final List<Command> commands = new ArrayList<>();
        private CompletableFuture<Catalog.Outcome> answer = new CompletableFuture<>();
        private boolean failed;

        @Override
        public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
            assertThat(reserved).isFalse();
            commands.add(command);
            answer = new CompletableFuture<>();
            return answer;
        }

        @Override
        public CompletableFuture<Void> control(Control control) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasFailed() {
            return failed;
        }

        private Command last() {
            return commands.get(commands.size() - 1);
        }
    }

    private static byte[] content(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private PutTask encoded(byte[] content, boolean explicit) {
        PutTask task = PutTask.dense(
                ExtentKind.DATA, PAGE_BYTES, ByteBuffer.wrap(content), List.of(), explicit, Durability.SYNC);
        try {
            stages.encode(task, new ExtentEncoder(), ByteBuffer.allocate(task.maxImageBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return task;
    }

    /** A new extent with an object of its own that is stored, but neither synced nor committed. */
    private PutTask storing(long counter) throws IOException {
        PutTask task = encoded(content(1, 10_000), true);
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.NEW);
        stages.store(task, counter);
        return task;
    }

    /** Brings content that is stored, and whose record is applied. */
    private ExtentId stored(byte[] content) throws IOException {
        PutTask task = encoded(content, true);
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.NEW);
        long counter = stages.nextCounter();
        stages.store(task, counter);
        stages.harden(task);
        stages.commitStored(task, counter);
        Command put = port.last();
        catalog.apply(++sequence, put.type(), put.encode(), JournalPosition.NONE);
        port.answer.complete(Catalog.Outcome.DONE);
        events.clear();
        return task.done().join();
    }

    /** A content whose hash is said to be that of another. */
    private PutTask twin(ExtentId id, byte[] content) throws IOException {
        PutTask task = encoded(content, true);
        task.id = id;
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.HIT);
        return task;
    }

    private static Throwable failureOf(PutTask task) {
        assertThat(task.done()).isCompletedExceptionally();
        try {
            throw new AssertionError(task.done().join());
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    @AfterEach
    void holdNothingInTheEnd() {
        assertThat(holds).isZero();
    }

    @Test
    void shouldStoreAndSyncAnObjectBeforeItsRecord() throws IOException {
        byte[] content = content(1, 10_000);
        PutTask task = encoded(content, true);
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.NEW);
        assertThat(stages.isBusy(task)).isTrue();
        assertThat(stages.isInline(task)).isFalse();
        long counter = stages.nextCounter();
        assertThat(stages.nextCounter()).isEqualTo(counter + 1);
        stages.store(task, counter);
        String name = ObjectName.of(ExtentKind.DATA, task.id(), LIFE, counter);
        assertThat(names.isUnderWay(name)).isTrue();
        stages.harden(task);
        assertThat(events).containsExactly("storing", "put " + name, "sync " + name, "hardened");
        ByteBuffer read = ByteBuffer.allocate(content.length);
        int imageBytes = task.image().remaining();
        ExtentReader.open(ExtentSource.of(shelf, name), imageBytes, task.id()).readAll(read);
        assertThat(read.array()).isEqualTo(content);

        stages.commitStored(task, counter);
        assertThat(port.last())
                .isEqualTo(new Command.Put(
                        task.id(),
                        ExtentKind.DATA,
                        0,
                        content.length,
                        imageBytes,
                        LIFE,
                        counter,
                        true,
                        List.of(),
                        null));
        assertThat(task.done()).isNotDone();
        assertThat(names.isUnderWay(name)).isTrue();
        Command put = port.last();
        catalog.apply(1, put.type(), put.encode(), JournalPosition.NONE);
        port.answer.complete(Catalog.Outcome.DONE);
        assertThat(task.done()).isCompletedWithValue(task.id());
        assertThat(names.isUnderWay(name)).isFalse();
        assertThat(stages.isBusy(task)).isFalse();
    }

    @Test
    void shouldSendASmallExtentWithItsRecord() throws IOException {
        PutTask task = encoded(content(1, INLINE_BYTES), true);
        ByteBuffer image = task.image().duplicate();
        assertThat(stages.isInline(task)).isTrue();
        stages.admit(task);
        stages.store(task, 3);
        stages.harden(task);
        stages.commitStored(task, 3);
        assertThat(events).isEmpty();
        assertThat(((Command.Put) port.last()).image()).isEqualTo(image);
        port.answer.complete(Catalog.Outcome.DONE);
        assertThat(task.done()).isCompleted();
        assertThat(stages.isInline(encoded(content(1, INLINE_BYTES + 1), true))).isFalse();
    }

    @Test
    void shouldTakeAReferenceToWhatIsStored() throws IOException {
        byte[] content = content(1, 5_000);
        ExtentId id = stored(content);
        PutTask task = encoded(content, true);
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.HIT);
        assertThat(stages.compare(task)).isEqualTo(PutStages.Comparison.EQUAL);
        stages.commitHit(task);
        assertThat(port.last()).isEqualTo(new Command.Retain(id, 1));
        assertThat(task.done()).isNotDone();
        port.answer.complete(Catalog.Outcome.DONE);
        assertThat(task.done()).isCompletedWithValue(id);
        assertThat(events).isEmpty();
    }

    /** A node's children are held by whoever writes the node, until it refers to them. */
    @Test
    void shouldGoOnHoldingWhatTakesNoReference() throws IOException {
        byte[] content = content(1, 5_000);
        ExtentId id = stored(content);
        Command release = new Command.Release(id, 1);
        catalog.apply(++sequence, release.type(), release.encode(), JournalPosition.NONE);
        catalog.durable(sequence);
        PutTask task = encoded(content, false);
        stages.admit(task);
        stages.compare(task);
        int commands = port.commands.size();
        stages.commitHit(task);
        assertThat(port.commands).hasSize(commands);
        assertThat(task.done()).isCompletedWithValue(id);
        assertThat(holds).isEqualTo(1);
        catalog.unhold(id);
    }

    @Test
    void shouldGiveAnotherContentWithTheSameHashTheNextDiscriminator() throws IOException {
        ExtentId id = stored(content(1, 8_192));
        PutTask task = twin(id, content(2, 8_192));
        assertThat(stages.compare(task)).isEqualTo(PutStages.Comparison.OTHER);
        assertThat(task.id()).isEqualTo(id.nextDiscriminator());
        assertThat(stages.admit(task)).isEqualTo(Catalog.Admission.NEW);
        stages.fail(task, new IOException("enough"));
        assertThat(ExtentId.of(id.hash(), id.digest(), 1)).isEqualTo(task.id());
    }

    @Test
    void shouldStoreAgainWhatIsDamagedUnlessItIsSomethingElse() throws IOException {
        byte[] content = content(1, 8_192);
        ExtentId id = stored(content);
        // The second of two pages.
        shelf.damage(10_000 - 3_000);
        PutTask same = twin(id, content);
        assertThat(stages.compare(same)).isEqualTo(PutStages.Comparison.DAMAGED);
        assertThat(same.id()).isEqualTo(id);
        stages.fail(same, new DamagedException("enough"));
        byte[] other = content.clone();
        other[0]++;
        PutTask twin = twin(id, other);
        assertThat(stages.compare(twin)).isEqualTo(PutStages.Comparison.OTHER);
        stages.fail(twin, new DamagedException("enough"));
        // The header: nothing is left to tell them apart.
        shelf.damage(8);
        twin = twin(id, other);
        assertThat(stages.compare(twin)).isEqualTo(PutStages.Comparison.DAMAGED);
        stages.fail(twin, new DamagedException("enough"));
    }

    @Test
    void shouldLeaveTheReserveToTheEngine() throws IOException {
        PutTask task = encoded(content(1, 10_000), true);
        stages.admit(task);
        freeBytes = 100_000 + 10_000;
        assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> stages.store(task, 1));
        assertThat(events).isEmpty();
        freeBytes += 1_000;
        stages.store(task, 1);
        assertThat(events).hasSize(2);
        stages.fail(task, new IOException("enough"));
    }

    @Test
    void shouldDeleteWhatItStoredWhenItGivesUp() throws IOException {
        PutTask task = storing(1);
        String name = ObjectName.of(ExtentKind.DATA, task.id(), LIFE, 1);
        stages.fail(task, new IOException("the drive is gone"));
        assertThat(events).containsExactly("storing", "put " + name, "delete " + name, "discarded");
        assertThat(names.isUnderWay(name)).isFalse();
        assertThat(stages.isBusy(task)).isFalse();
        assertThat(failureOf(task)).isInstanceOf(BackendException.class).hasMessageContaining("the drive is gone");
        PutTask again = encoded(content(1, 10_000), true);
        assertThat(stages.admit(again)).isEqualTo(Catalog.Admission.NEW);
        stages.fail(again, new IOException("enough"));
    }

    /** The record that names it may be in the journal, which only the next opening can tell. */
    @Test
    void shouldDeleteNothingOnceTheJournalHasFailed() throws IOException {
        PutTask task = storing(1);
        port.failed = true;
        stages.fail(task, new IOException("the disk is gone"));
        assertThat(events).hasSize(3).endsWith("left");
        assertThat(shelf.objects).hasSize(1);
        assertThat(failureOf(task)).isInstanceOf(StorageException.class);
    }

    @Test
    void shouldEndAsWellWhereNothingCanBeDeleted() throws IOException {
        PutTask task = storing(1);
        shelf.deletes = false;
        stages.fail(task, new DiskFullException("full", null));
        assertThat(events).endsWith("left");
        assertThat(names.isUnderWay(ObjectName.of(ExtentKind.DATA, task.id(), LIFE, 1)))
                .isFalse();
        assertThat(failureOf(task))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("10000 bytes")
                .hasCauseInstanceOf(DiskFullException.class);
    }

    @Test
    void shouldFailWithItsRecord() throws IOException {
        for (Throwable cause : List.of(
                new StoreFullException("no room"), new IllegalStateException("odd"), new OutOfMemoryError("test"))) {
            long counter = stages.nextCounter();
            PutTask task = storing(counter);
            stages.commitStored(task, counter);
            port.answer.completeExceptionally(cause);
            assertThat(shelf.objects).isEmpty();
            if (cause instanceof IllegalStateException) {
                assertThat(failureOf(task)).isInstanceOf(BackendException.class).hasCause(cause);
            } else {
                assertThat(failureOf(task)).isSameAs(cause);
            }
        }
    }

    @Test
    void shouldFailWhereWhatItHeldIsGone() throws IOException {
        byte[] content = content(1, 5_000);
        stored(content);
        PutTask task = encoded(content, true);
        stages.admit(task);
        stages.commitHit(task);
        port.answer.complete(Catalog.Outcome.NO_EXTENT);
        assertThat(failureOf(task)).isInstanceOf(BackendException.class).hasMessageContaining("vanished");
    }
}
