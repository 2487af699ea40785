package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.BackendException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.StoreFailedException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.CommandPort;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalFailedException;
import io.ashlar.journal.JournalPosition;
import io.ashlar.journal.JournalSettings;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committing stage, step by step on one thread. */
class CommitStageTest {
    private static final int RECORD_BYTES_MAX = 4000;
    private static final int BATCH_MAX = 4096;

    @TempDir
    private Path directory;

    private final GatedDisk disk = new GatedDisk();
    private final FailureLatch latch = new FailureLatch();
    private final List<Long> applied = new ArrayList<>();
    private long durable;
    private Journal journal;
    private CommitStage stage;

    @BeforeEach
    void open() throws IOException {
        journal = Journal.create(
                disk, directory.resolve("journal"), new JournalSettings(1 << 20, 4 << 20, RECORD_BYTES_MAX, 0), 1, 2);
        stage = new CommitStage(journal, new Applied(), latch);
    }

    @AfterEach
    void close() throws IOException {
        disk.gate = () -> {};
        journal.close();
    }

    private final class Applied implements StateMachine {
        @Override
        public Catalog.Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position) {
            applied.add(sequence);
            return Catalog.Outcome.DONE;
        }

        @Override
        public void durable(long sequence) {
            durable = sequence;
        }
    }

    private Commit accepted(int bytes, Durability durability) {
        Commit commit = Commit.record(1, ByteBuffer.allocate(bytes), durability, false);
        stage.accept(commit);
        return commit;
    }

    /** What a commit that is done failed with; null if it did not. */
    private static Throwable failureOf(Commit commit) {
        assertThat(commit.done()).isDone();
        try {
            commit.done().join();
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    @Test
    void shouldForceOnlyForThoseWhoAskForIt() {
        int forces = disk.forces.get();
        Commit buffered = accepted(10, Durability.BUFFERED);
        assertThat(buffered.done()).isNotDone();
        stage.endBatch();
        assertThat(buffered.done()).isCompleted();
        assertThat(applied).containsExactly(1L);
        assertThat(stage.appliedSequence()).isEqualTo(1);
        assertThat(stage.durableSequence()).isZero();
        assertThat(disk.forces.get()).isEqualTo(forces);
        for (Durability durability : List.of(Durability.GROUPED, Durability.SYNC)) {
            accepted(10, Durability.BUFFERED);
            accepted(10, durability);
            stage.endBatch();
            assertThat(disk.forces.get()).isEqualTo(++forces);
            assertThat(stage.durableSequence())
                    .isEqualTo(stage.appliedSequence())
                    .isEqualTo(durable)
                    .isEqualTo(journal.lastSequence());
        }
        stage.endBatch();
        assertThat(disk.forces.get()).isEqualTo(forces);
    }

    @Test
    void shouldEndABatchThatIsFull() {
        Commit first = accepted(1, Durability.BUFFERED);
        for (int i = 1; i < BATCH_MAX - 1; i++) {
            accepted(1, Durability.BUFFERED);
        }
        assertThat(first.done()).isNotDone();
        assertThat(applied).isEmpty();
        Commit last = accepted(1, Durability.BUFFERED);
        assertThat(first.done()).isCompleted();
        assertThat(last.done()).isCompleted();
        assertThat(applied).hasSize(BATCH_MAX);
        assertThat(accepted(1, Durability.BUFFERED).done()).isNotDone();
    }

    @Test
    void shouldRefuseOnlyTheRecordThatHasNoRoom() {
        Commit refused = null;
        int taken = 0;
        while (refused == null) {
            Commit commit = accepted(RECORD_BYTES_MAX, Durability.BUFFERED);
            if (commit.done().isCompletedExceptionally()) {
                refused = commit;
            } else {
                taken++;
            }
        }
        assertThat(failureOf(refused))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining(RECORD_BYTES_MAX + " bytes");
        Commit reserved = Commit.record(1, ByteBuffer.allocate(RECORD_BYTES_MAX), Durability.SYNC, true);
        stage.accept(reserved);
        stage.endBatch();
        assertThat(reserved.done()).isCompleted();
        assertThat(applied).hasSize(taken + 1);
        assertThat(latch.hasFailed()).isFalse();
    }

    @Test
    void shouldFailForGoodWhenARecordCannotBeAppendedForAnotherReason() {
        Commit before = accepted(1, Durability.SYNC);
        Commit tooLong = accepted(RECORD_BYTES_MAX + 1, Durability.SYNC);
        assertThat(failureOf(tooLong)).isInstanceOf(StoreFailedException.class);
        assertThat(latch.hasFailed()).isTrue();
        assertThat(failureOf(accepted(1, Durability.SYNC))).isInstanceOf(StoreFailedException.class);
        stage.endBatch();
        assertThat(before.done()).isDone();
    }

    @Test
    void shouldFailTheWholeBatchAndAllThatFollowWhenAForceFails() {
        List<Commit> commits = List.of(accepted(1, Durability.BUFFERED), accepted(1, Durability.SYNC));
        disk.gate = () -> {
            throw new IOException("injected");
        };
        stage.endBatch();
        disk.gate = () -> {};
        for (Commit commit : commits) {
            assertThat(failureOf(commit))
                    .isInstanceOf(StoreFailedException.class)
                    .hasRootCauseMessage("injected");
        }
        assertThat(applied).isEmpty();
        assertThat(stage.appliedSequence()).isZero();
        assertThat(failureOf(accepted(1, Durability.BUFFERED))).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(latch::check).isInstanceOf(StoreFailedException.class);
    }

    private Commit controlled(CommandPort.Control control) {
        Commit commit = Commit.control(control);
        stage.accept(commit);
        return commit;
    }

    @Test
    void shouldRunAControlWhenAllBeforeItIsDurable() {
        Commit buffered = accepted(1, Durability.BUFFERED);
        Commit control = controlled(() -> {
            assertThat(buffered.done()).isCompleted();
            assertThat(stage.durableSequence()).isEqualTo(1).isEqualTo(durable);
        });
        assertThat(failureOf(control)).isNull();
        int forces = disk.forces.get();
        assertThat(failureOf(controlled(() -> {}))).isNull();
        assertThat(disk.forces.get()).isEqualTo(forces);
    }

    @Test
    void shouldTellHowAControlFailed() {
        DamagedException damaged = new DamagedException("damaged");
        assertThat(failureOf(controlled(() -> {
                    throw damaged;
                })))
                .isSameAs(damaged);
        assertThat(failureOf(controlled(() -> {
                    throw new DiskFullException("full");
                })))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("full");
        assertThat(failureOf(controlled(() -> {
                    throw new IOException("cable");
                })))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cable");
        assertThat(failureOf(controlled(() -> {
                    throw new IllegalStateException("own mistake");
                })))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("own mistake");
        assertThat(latch.hasFailed()).isFalse();
        Commit after = accepted(1, Durability.SYNC);
        stage.endBatch();
        assertThat(failureOf(after)).isNull();
    }

    @Test
    void shouldFailForGoodWhenAControlMeetsTheFailedJournalOrAnError() {
        for (Throwable cause :
                List.of(new JournalFailedException("failed", new IOException("cable")), new OutOfMemoryError("none"))) {
            FailureLatch fresh = new FailureLatch();
            CommitStage other = new CommitStage(journal, new Applied(), fresh);
            Commit control = Commit.control(() -> {
                if (cause instanceof Error error) {
                    throw error;
                }
                throw (IOException) cause;
            });
            other.accept(control);
            assertThat(failureOf(control)).isInstanceOf(StoreFailedException.class);
            assertThat(fresh.hasFailed()).isTrue();
            Commit next = Commit.control(() -> {
                throw new AssertionError("ran");
            });
            other.accept(next);
            assertThat(failureOf(next)).isInstanceOf(StoreFailedException.class);
        }
    }
}
