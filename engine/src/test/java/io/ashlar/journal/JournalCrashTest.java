package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.append;
import static io.ashlar.journal.JournalHarness.newJournal;
import static io.ashlar.journal.JournalHarness.payload;
import static io.ashlar.journal.JournalHarness.recover;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.journal.JournalHarness.Opened;
import io.ashlar.journal.JournalHarness.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lives that end by power cuts, kills and failed forces at any call, one after the other on the same disk. */
class JournalCrashTest {

    /** One journal through many lives, and what it must hold. */
    private static final class Story {
        final Random random;
        final FakeDisk disk = new FakeDisk();
        /** All records of the history since the replay point. */
        List<Written> history = new ArrayList<>();

        ReplayPoint point = ReplayPoint.BEGINNING;
        int acknowledged;
        Journal journal;

        Story(long seed) {
            random = new Random(seed);
        }

        void live(int steps) throws IOException {
            for (int i = 0; i < steps; i++) {
                switch (random.nextInt(12)) {
                    case 0 -> journal.write();
                    case 1, 2, 3 -> force();
                    case 4 -> journal.prepareSpare();
                    case 5 -> journal.roll(false);
                    case 6 -> checkpoint();
                    default -> {
                        // Few different payloads, so that lost timelines look like those that replace them.
                        int kind = random.nextInt(20);
                        int bytes = kind == 0 ? 20_000 : kind == 1 ? 0 : kind < 5 ? 3000 : 200;
                        long sequence = journal.lastSequence() + 1;
                        byte[] payload = payload(random.nextInt(2), bytes);
                        // Before the call: what a call that fails has appended may survive.
                        history.add(new Written(sequence, bytes, payload, JournalPosition.NONE));
                        append(journal, bytes, payload);
                    }
                }
            }
        }

        void force() throws IOException {
            journal.force();
            acknowledged = history.size();
            assertThat(journal.durableSequence()).isEqualTo(journal.lastSequence());
        }

        void checkpoint() throws IOException {
            force();
            ReplayPoint next = journal.replayPoint();
            history = new ArrayList<>();
            acknowledged = 0;
            point = next;
            journal.truncate(next.segment());
        }

        void reopen() throws IOException {
            Opened opened = recover(disk, point, false, true);
            List<Written> found = new ArrayList<>();
            for (Written entry : opened.entries()) {
                found.add(new Written(entry.sequence(), entry.type(), entry.payload(), JournalPosition.NONE));
            }
            assertThat(found.size()).as("acknowledged").isGreaterThanOrEqualTo(acknowledged);
            assertThat(found).isEqualTo(history.subList(0, found.size()));
            // What this life shows may not go away in the next.
            history = found;
            acknowledged = found.size();
            journal = opened.journal();
        }
    }

    @Test
    void shouldKeepAPrefixWithEverythingAcknowledgedWhereverThePowerGoesOff() throws IOException {
        for (long seed = 0; seed < 600; seed++) {
            Story story = new Story(seed);
            story.journal = newJournal(story.disk);
            for (int life = 0; life < 6; life++) {
                story.disk.callsUntilCut = story.random.nextInt(60);
                try {
                    story.live(100);
                    story.journal.close();
                } catch (FakeDisk.PowerCut e) {
                    assertThat(story.disk.callsUntilCut).isLessThan(0);
                }
                story.disk.callsUntilCut = -1;
                if (story.random.nextInt(3) > 0) {
                    story.disk.crash(story.random);
                } // else a kill: what was written is visible, forced or not
                reopenWithCuts(story, seed, life);
            }
        }
    }

    private static void reopenWithCuts(Story story, long seed, int life) throws IOException {
        for (int cut = story.random.nextInt(4); ; cut += 1 + story.random.nextInt(4)) {
            story.disk.callsUntilCut = story.random.nextInt(3) == 0 ? cut : -1;
            try {
                story.reopen();
                story.disk.callsUntilCut = -1;
                return;
            } catch (FakeDisk.PowerCut e) {
                story.disk.callsUntilCut = -1;
                if (story.random.nextBoolean()) {
                    story.disk.crash(story.random);
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", life " + life + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void shouldKeepWhatItShowedAfterAFailedForceThroughTheNextPowerCut() throws IOException {
        int shown = 0;
        for (long seed = 0; seed < 200; seed++) {
            Story story = new Story(seed);
            story.journal = newJournal(story.disk);
            story.live(10);
            story.force();
            story.disk.failing = "force";
            story.disk.failingAfter = story.random.nextInt(5);
            try {
                story.live(200);
            } catch (JournalFailedException e) {
                assertThat(e).hasRootCauseMessage("injected: force");
            } catch (IOException e) {
                assertThat(e).hasMessage("injected: force"); // of a spare
            }
            story.disk.failing = "";
            int acknowledged = story.acknowledged;
            story.reopen();
            shown += story.acknowledged - acknowledged;
            story.disk.crash(story.random);
            story.reopen();
        }
        assertThat(shown).isPositive();
    }

    /** The file looks whole until the power goes off; no life may build on it. */
    @Test
    void shouldNotMakeASegmentOfASpareWhoseForceFailedInAKilledProcess() throws IOException {
        for (int cut = 0; cut < 8; cut++) {
            for (long seed = 0; seed < 20; seed++) {
                FakeDisk disk = new FakeDisk();
                Journal journal = newJournal(disk);
                disk.failing = "force";
                disk.failingAfter = 0;
                disk.callsUntilCut = cut;
                try {
                    journal.prepareSpare();
                } catch (FakeDisk.PowerCut | IOException e) {
                    // Killed, not cut off: what was written is still to be seen.
                }
                disk.failing = "";
                disk.callsUntilCut = -1;
                Journal next = recover(disk).journal();
                Written record = append(next, 1, payload(seed, 100));
                next.force();
                disk.crash(new Random(seed));
                assertThat(recover(disk).entries())
                        .as("cut %s, seed %s", cut, seed)
                        .containsExactly(record);
            }
        }
    }
}
