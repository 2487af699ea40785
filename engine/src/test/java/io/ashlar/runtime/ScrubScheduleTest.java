package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DriveSettings;
import io.ashlar.ScrubReport;
import io.ashlar.drive.DriveStore;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time is what the test says it is. */
class ScrubScheduleTest implements Clock {
    private static final long DAY = 86_400_000;
    private static final int OBJECTS = 10;

    @TempDir
    Path directory;

    private final List<String> begun = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();
    private long nowMillis = 1_700_000_000_000L;
    private boolean fails;
    private ScrubSchedule schedule;

    @Override
    public long nanoTime() {
        return nowMillis * 1_000_000;
    }

    @Override
    public long currentTimeMillis() {
        return nowMillis;
    }

    @BeforeEach
    void open() {
        open(7 * DAY, 30 * DAY);
    }

    private void open(long shallow, long deep) {
        DriveSettings settings =
                DriveSettings.defaults().withShallowScrubIntervalMillis(shallow).withDeepScrubIntervalMillis(deep);
        schedule = new ScrubSchedule(
                new ScrubFile(new SystemDisk(), new StoreFiles(directory)), this::begin, settings, this);
    }

    private DriveStore.Walk begin(String after, boolean deep) {
        begun.add((deep ? "deep" : "shallow") + " after '" + after + "'");
        return new DriveStore.Walk() {
            private String cursor = after;

            @Override
            public boolean step() throws IOException {
                if (fails) {
                    throw new IOException("no drive answers");
                }
                int next = cursor.isEmpty() ? 0 : Integer.parseInt(cursor.substring(1)) + 1;
                if (next == OBJECTS) {
                    return false;
                }
                cursor = "o" + next;
                looked.add(cursor);
                return true;
            }

            @Override
            public ScrubReport report(boolean complete) {
                return new ScrubReport(complete, cursor, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
            }
        };
    }

    private int run() {
        int steps = 0;
        while (schedule.step()) {
            assertThat(++steps).isLessThan(1_000);
        }
        return steps;
    }

    @Test
    void shouldScrubWhenItIsDueAndNotBefore() {
        assertThat(run()).isZero();
        for (int day = 1; day <= 60; day++) {
            nowMillis += DAY;
            run();
        }
        assertThat(begun)
                .containsExactly(
                        "shallow after ''", // 7
                        "shallow after ''", // 14
                        "shallow after ''", // 21
                        "shallow after ''", // 28
                        "deep after ''", // 30, which is a shallow one as well
                        "shallow after ''", // 37
                        "shallow after ''", // 44
                        "shallow after ''", // 51
                        "shallow after ''", // 58
                        "deep after ''"); // 60
        assertThat(looked).hasSize(10 * OBJECTS);
    }

    @Test
    void shouldGoOnWhereItWasAfterARestart() {
        schedule.step();
        nowMillis += 8 * DAY;
        for (int i = 0; i < 4; i++) {
            assertThat(schedule.step()).isTrue();
        }
        schedule.save();
        nowMillis += 1_000;
        open();
        run();
        assertThat(begun).containsExactly("shallow after ''", "shallow after 'o3'");
        assertThat(looked).hasSize(OBJECTS).doesNotHaveDuplicates();
        // The next one is due a week after the first one began, not after it ended.
        nowMillis += 7 * DAY - 2_000;
        assertThat(run()).isZero();
        nowMillis += 2_000;
        assertThat(run()).isPositive();
    }

    @Test
    void shouldRepeatLittleAfterACrash() {
        schedule.step();
        nowMillis += 8 * DAY;
        for (int i = 0; i < 6; i++) {
            assertThat(schedule.step()).isTrue();
            nowMillis += 20_000;
        }
        open();
        run();
        assertThat(begun).hasSize(2);
        assertThat(looked).hasSizeBetween(OBJECTS + 1, OBJECTS + 2);
    }

    @Test
    void shouldDoNothingIfItIsSwitchedOff() {
        open(0, 0);
        run();
        nowMillis += 1_000 * DAY;
        assertThat(run()).isZero();
        open(0, DAY);
        for (int i = 0; i < 3; i++) {
            schedule.step();
        }
        schedule.save();
        // What is switched off in the middle does not go on.
        open(DAY, 0);
        run();
        assertThat(begun).containsExactly("deep after ''", "shallow after ''");
    }

    @Test
    void shouldTryAgainLaterWhatFailed() {
        schedule.step();
        nowMillis += 8 * DAY;
        schedule.step();
        schedule.step();
        fails = true;
        assertThat(schedule.step()).isFalse();
        assertThat(schedule.step()).isFalse();
        fails = false;
        assertThat(schedule.step()).isFalse();
        nowMillis += 61_000;
        run();
        assertThat(begun).containsExactly("shallow after ''", "shallow after 'o1'");
        assertThat(looked).hasSize(OBJECTS).doesNotHaveDuplicates();
    }

    @Test
    void shouldCountWhatWasAskedFor() {
        schedule.step();
        nowMillis += 6 * DAY;
        schedule.done(false, nowMillis);
        nowMillis += 6 * DAY;
        assertThat(run()).isZero();
        nowMillis += DAY;
        assertThat(schedule.step()).isTrue();
        schedule.done(true, nowMillis);
        assertThat(run()).isZero();
        nowMillis += 29 * DAY;
        run();
        assertThat(begun).containsExactly("shallow after ''", "shallow after ''");
    }

    @Test
    void shouldBeginAnewWithoutAFileThatMakesSense() throws IOException {
        schedule.step();
        Files.writeString(directory.resolve("scrub"), "nonsense");
        open();
        nowMillis += 100 * DAY;
        assertThat(run()).isZero();
        nowMillis += 7 * DAY;
        assertThat(run()).isPositive();
        // A clock that was wrong, and is put right.
        nowMillis -= 1_000 * DAY;
        open();
        assertThat(run()).isZero();
        nowMillis += 7 * DAY;
        assertThat(run()).isPositive();
        assertThat(Files.size(directory.resolve("scrub"))).isLessThan(4_096);
    }
}
