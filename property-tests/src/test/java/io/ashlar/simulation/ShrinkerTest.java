package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which turns are left. */
final class ShrinkerTest {
    private static final List<Long> ALL = LongStream.range(0, 500).boxed().toList();

    @Test
    void shouldFindTheFewThatAreNeeded() {
        List<Long> needed = List.of(3L, 77L, 78L, 400L);

        assertThat(Shrinker.shortest(ALL, kept -> kept.containsAll(needed), 10_000))
                .isEqualTo(needed);
    }

    @Test
    void shouldKeepWhatOnlyWorksTogether() {
        // As if each turn needed the one before it, or else both to be gone.
        List<Long> left = Shrinker.shortest(
                ALL,
                kept -> kept.contains(499L) && LongStream.range(450, 500).allMatch(turn -> kept.contains(turn)),
                10_000);

        assertThat(left).hasSize(50);
    }

    @Test
    void shouldGiveUpAfterSoManyAttempts() {
        List<Integer> sizes = new ArrayList<>();

        List<Long> left = Shrinker.shortest(
                ALL,
                kept -> {
                    sizes.add(kept.size());
                    return kept.contains(0L);
                },
                5);

        assertThat(sizes).hasSize(5);
        assertThat(left).contains(0L).hasSizeLessThan(500);
    }
}
