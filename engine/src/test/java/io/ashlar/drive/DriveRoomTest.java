package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DriveRoomTest {
    private final DriveRoom room = new DriveRoom(1_000);

    private boolean isLowWith(long freeBytes) throws IOException {
        room.ask(() -> OptionalLong.of(freeBytes));
        assertThat(room.freeBytes()).hasValue(freeBytes);
        return room.isLow();
    }

    @Test
    void shouldNotComeAndGoWithEveryObject() throws IOException {
        assertThat(room.freeBytes()).isEmpty();
        assertThat(isLowWith(1_000)).isFalse();
        assertThat(isLowWith(999)).isTrue();
        assertThat(isLowWith(1_249)).isTrue();
        assertThat(isLowWith(1_250)).isFalse();
        assertThat(isLowWith(1_001)).isFalse();
        assertThat(isLowWith(0)).isTrue();
    }

    @Test
    void shouldBeAskedAgainAfterAnEighth() throws IOException {
        assertThat(room.put(100)).isFalse();
        assertThat(room.put(25)).isFalse();
        assertThat(room.put(1)).isTrue();
        isLowWith(5_000);
        assertThat(room.put(125)).isFalse();
        assertThat(room.put(1)).isTrue();
    }

    @Test
    void shouldTakeADriveThatCannotTellForOneWithRoom() throws IOException {
        room.ask(OptionalLong::empty);
        assertThat(room.isLow()).isFalse();
        assertThat(room.freeBytes()).isEmpty();
        DriveRoom never = new DriveRoom(0);
        never.ask(() -> OptionalLong.of(0));
        assertThat(never.isLow()).isFalse();
        assertThat(never.put(Long.MAX_VALUE)).isFalse();
    }
}
