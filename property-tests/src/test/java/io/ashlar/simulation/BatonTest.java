package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has the baton, and when. */
final class BatonTest {
    private final Figures figures = new Figures();
    private final Baton baton = new Baton(2, figures);
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void endThreads() {
        baton.abandon();
        baton.close();
    }

    /** Starts ten actors that each pass three seams, and goes on with them in an order that a seed decides. */
    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] started = {0};
        baton.run(() -> {
            int suspended = baton.suspended();
            if (started[0] < 10 && (suspended == 0 || random.nextBoolean())) {
                int number = started[0]++;
                baton.act(Activity.CALLING, random.split(), drawn -> {
                    for (int step = 0; step < 4; step++) {
                        seen.add(number + "." + step);
                        baton.seam();
                    }
                });
            } else if (suspended > 0) {
                baton.resume(random.nextInt(suspended));
            }
            return started[0] < 10 || baton.suspended() > 0;
        });
    }

    @Test
    void shouldInterleaveActorsAndKeepTheOrderOfEach() {
        run(1);

        assertThat(seen).hasSize(40).isNotEqualTo(seen.stream().sorted().toList());
        assertThat(seen.stream().filter(step -> step.startsWith("3."))).containsExactly("3.0", "3.1", "3.2", "3.3");
        // Neither nested nor one after the other: somebody starts after a second one did, and ends after it.
        assertThat(figures.get(Figures.Figure.SWITCHES)).isGreaterThan(5);
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        run(7);
        List<String> first = List.copyOf(seen);
        seen.clear();
        run(7);
        List<String> second = List.copyOf(seen);
        seen.clear();
        run(8);

        assertThat(second).isEqualTo(first);
        assertThat(seen).isNotEqualTo(first);
    }

    @Test
    void shouldNotSuspendWhoHoldsAMonitor() {
        Object lock = new Object();
        int[] turns = {0};
        baton.run(() -> {
            baton.act(Activity.CALLING, new SplittableRandom(turns[0]), drawn -> {
                synchronized (lock) {
                    baton.seam();
                }
            });
            return ++turns[0] < 50;
        });

        assertThat(figures.get(Figures.Figure.SWITCHES)).isZero();
        assertThat(figures.get(Figures.Figure.SWITCHES_REFUSED)).isPositive();
    }

    @Test
    void shouldGoOnWithAWaitingActorOnlyWhenItsTimeHasCome() {
        int[] turn = {0};
        baton.run(() -> {
            turn[0]++;
            if (turn[0] == 1) {
                baton.act(Activity.CALLING, new SplittableRandom(1), drawn -> {
                    baton.await(() -> turn[0] > 3);
                    seen.add("woken in turn " + turn[0]);
                });
            } else if (baton.suspended() > 0) {
                baton.resume(0);
            }
            return turn[0] < 6;
        });

        assertThat(seen).containsExactly("woken in turn 4");
    }

    @Test
    void shouldEndWithWhatAnActorThrows() {
        assertThatThrownBy(() -> baton.run(() -> {
                    baton.act(Activity.CALLING, new SplittableRandom(1), drawn -> {
                        throw new Violation("broken");
                    });
                    return true;
                }))
                .hasMessage("broken");
    }
}
