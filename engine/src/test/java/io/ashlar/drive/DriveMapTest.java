package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriveMapTest {
    private static DriveEntry drive(int number, DriveRole role) {
        return new DriveEntry(number, number, number, URI.create("file:/d" + number), "d" + number, 1, role);
    }

    private static List<DriveEntry> drives(int count) {
        List<DriveEntry> drives = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            drives.add(drive(number, DriveRole.ACTIVE));
        }
        return drives;
    }

    private static List<Integer> members(PlacementEpoch epoch) {
        return epoch.members().stream().map(PlacementEpoch.Member::number).toList();
    }

    @Test
    void shouldFindTheEpochOfEachObject() {
        DriveMap map = DriveMap.first(1, 2, drives(2));
        map = map.next(drives(3), 0, 50);
        map = map.next(drives(4), 3, 10);
        assertThat(members(map.epochOf(0, 0))).containsExactly(1, 2);
        assertThat(members(map.epochOf(0, 49))).containsExactly(1, 2);
        assertThat(members(map.epochOf(0, 50))).containsExactly(1, 2, 3);
        assertThat(members(map.epochOf(3, 9))).containsExactly(1, 2, 3);
        assertThat(members(map.epochOf(3, 10))).containsExactly(1, 2, 3, 4);
        assertThat(members(map.epochOf(Integer.MAX_VALUE, Long.MAX_VALUE))).containsExactly(1, 2, 3, 4);
        assertThat(map.version()).isEqualTo(3);
    }

    @Test
    void shouldBeginAnEpochOnlyWhereMembersChange() {
        DriveMap map = DriveMap.first(1, 2, drives(3));
        List<DriveEntry> draining = drives(3);
        draining.set(1, drive(2, DriveRole.DRAINING));
        DriveMap drained = map.next(draining, 1, 0);
        assertThat(members(drained.newest())).containsExactly(1, 3);
        draining.set(1, drive(2, DriveRole.REMOVED));
        DriveMap removed = drained.next(draining, 1, 0);
        assertThat(removed.epochs()).isEqualTo(drained.epochs());
        assertThat(removed.drive(2)).contains(drive(2, DriveRole.REMOVED));
        assertThat(removed.drive(4)).isEmpty();
    }

    @Test
    void shouldRefuseWhatDoesNotFollow() {
        DriveMap map = DriveMap.first(1, 2, drives(2)).next(drives(3), 2, 7);
        assertThatThrownBy(() -> map.next(drives(4), 2, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> map.next(drives(4), 1, 900)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriveMap.first(1, 2, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriveMap.first(1, 2, List.of(drive(2, DriveRole.ACTIVE), drive(1, DriveRole.ACTIVE))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
