package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static final int OBJECTS = 20_000;

    private static PlacementEpoch epoch(long... weights) {
        List<PlacementEpoch.Member> members = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            members.add(new PlacementEpoch.Member(i + 1, weights[i]));
        }
        return new PlacementEpoch(0, 0, members);
    }

    private static String name(int object) {
        return String.format("e-x%032x-00-%08x-%016x", object * 0x9E3779B9L, 1, object);
    }

    private static int[] order(int object, PlacementEpoch epoch) {
        return Rendezvous.order(Rendezvous.hash(name(object)), epoch, number -> "drive-" + number);
    }

    @Test
    void shouldNameEachDriveOnce() {
        for (int object = 0; object < 1_000; object++) {
            assertThat(order(object, epoch(1, 2, 3, 4, 5, 6, 7))).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7);
        }
    }

    @Test
    void shouldGiveEachDriveItsShare() {
        int[] first = new int[5];
        for (int object = 0; object < OBJECTS; object++) {
            first[order(object, epoch(100, 200, 300, 400))[0]]++;
        }
        for (int drive = 1; drive <= 4; drive++) {
            assertThat(first[drive] / (double) OBJECTS).isCloseTo(drive / 10.0, within(0.012));
        }
    }

    @Test
    void shouldMoveNothingButWhatANewDriveTakes() {
        PlacementEpoch before = epoch(5, 5, 5, 5, 5, 5);
        PlacementEpoch after = epoch(5, 5, 5, 5, 5, 5, 5);
        int taken = 0;
        for (int object = 0; object < OBJECTS; object++) {
            List<Integer> with = new ArrayList<>();
            for (int drive : order(object, after)) {
                with.add(drive);
            }
            taken += with.get(0) == 7 ? 1 : 0;
            with.remove((Integer) 7);
            assertThat(with)
                    .containsExactly(java.util.Arrays.stream(order(object, before))
                            .boxed()
                            .toArray(Integer[]::new));
        }
        assertThat(taken / (double) OBJECTS).isCloseTo(1 / 7.0, within(0.012));
    }

    @Test
    void shouldSpreadOverAsManyDomainsAsThereAre() {
        // Three racks of two, two and four drives.
        IntFunction<String> racks = number -> number <= 2 ? "a" : number <= 4 ? "b" : "c";
        for (int object = 0; object < 1_000; object++) {
            int[] order = Rendezvous.order(Rendezvous.hash(name(object)), epoch(1, 1, 1, 1, 1, 1, 1, 1), racks);
            for (int from = 0; from < 6; from += 3) {
                Set<String> domains = new HashSet<>();
                for (int i = from; i < from + 3; i++) {
                    domains.add(racks.apply(order[i]));
                }
                assertThat(domains).containsExactlyInAnyOrder("a", "b", "c");
            }
        }
    }

    /** What is stored is found by it: it may never change. */
    @Test
    void shouldOrderAsItAlwaysDid() {
        assertThat(Rendezvous.hash("")).isZero();
        assertThat(Rendezvous.hash(name(1))).isEqualTo(-4868067942320964688L);
        assertThat(order(1, epoch(1, 2, 3, 4, 5, 6))).containsExactly(3, 2, 6, 5, 4, 1);
        assertThat(order(2, epoch(1, 2, 3, 4, 5, 6))).containsExactly(6, 5, 1, 4, 3, 2);
    }
}
