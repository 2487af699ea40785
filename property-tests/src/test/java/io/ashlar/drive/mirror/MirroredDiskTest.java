package io.ashlar.drive.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever fails, comes back and is lost: every place that counts has everything that was acknowledged. */
class MirroredDiskTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 120;

    @Test
    void shouldHaveWhatWasAcknowledgedInEveryPlaceThatCounts() throws IOException {
        int crashes = 0;
        int changes = 0;
        int joins = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            MirrorTrial trial = new MirrorTrial(seed);
            for (int step = 0; step < STEPS; step++) {
                trial.step();
            }
            trial.crashAndCheckEveryPlace();
            crashes += trial.crashes;
            changes += trial.changes;
            joins += trial.joins;
        }
        // A trial in which nothing happens proves nothing.
        assertThat(crashes).isGreaterThan(SEEDS);
        assertThat(changes).isGreaterThan(2 * SEEDS);
        assertThat(joins).isGreaterThan(SEEDS / 2);
    }

    @Test
    void shouldFillAnotherPlaceRatherThanAcknowledgeInTooFew() throws IOException {
        MirrorTrial trial = new MirrorTrial(1);
        trial.write();
        List<Integer> before = trial.disk.places();
        trial.breakPlace(before.get(0));
        trial.breakPlace(before.get(1));
        trial.write();
        assertThat(trial.disk.places()).hasSize(MirrorTrial.REQUIRED).contains(before.get(2));
        trial.crashAndCheckEveryPlace();
    }

    @Test
    void shouldRefuseToGoOnInTooFewPlaces() throws IOException {
        MirrorTrial trial = new MirrorTrial(2);
        trial.write();
        List<Integer> all = new ArrayList<>();
        for (int place = 1; place <= MirrorTrial.PLACES; place++) {
            all.add(place);
        }
        all.remove(trial.disk.places().get(2));
        all.forEach(trial::breakPlace);
        assertThatThrownBy(trial::append).isInstanceOf(IOException.class).hasMessageContaining("too few");
        assertThatThrownBy(trial::append).isInstanceOf(IOException.class);
    }

    @Test
    void shouldRepairAPlaceFromTheOneThatIsTrusted() throws IOException {
        MirrorTrial trial = new MirrorTrial(3);
        for (int i = 0; i < 20; i++) {
            trial.write();
        }
        int rotten = trial.disk.places().get(1);
        trial.reopen(new SplittableRandom(1), trial.disk.places().get(0), () -> trial.rot(rotten));
        assertThat(trial.disk.places()).contains(rotten);
        trial.reopen(new SplittableRandom(2), rotten, () -> {});
        assertThat(trial.read()).containsExactlyElementsOf(trial.acknowledged);
    }
}
