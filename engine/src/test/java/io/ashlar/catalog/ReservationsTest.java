package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import org.junit.jupiter.api.Test;

class ReservationsTest {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);

    private final Reservations reservations = new Reservations();

    @Test
    void shouldForgetWhatNobodyHolds() {
        reservations.hold(ID);
        reservations.hold(ID);
        assertThat(reservations.holders(ID)).isEqualTo(2);
        assertThat(reservations.isBusy(ID)).isFalse();
        reservations.unhold(ID);
        assertThat(reservations.isHeld(ID)).isTrue();
        assertThat(reservations.size()).isEqualTo(1);
        reservations.unhold(ID);
        assertThat(reservations.isHeld(ID)).isFalse();
        assertThat(reservations.size()).isZero();
        assertThatThrownBy(() -> reservations.unhold(ID)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldBeBusyWhileItIsStored() {
        reservations.beginStoring(ID);
        assertThat(reservations.isBusy(ID)).isTrue();
        assertThat(reservations.isDying(ID)).isFalse();
        assertThat(reservations.holders(ID)).isEqualTo(1);
        reservations.unhold(ID);
        assertThat(reservations.isBusy(ID))
                .as("its holder has gone before it was stored")
                .isTrue();
        assertThat(reservations.size()).isEqualTo(1);
        assertThatThrownBy(() -> reservations.unhold(ID)).isInstanceOf(IllegalStateException.class);
        reservations.endStoring(ID);
        assertThat(reservations.isBusy(ID)).isFalse();
        assertThat(reservations.size()).isZero();
    }

    @Test
    void shouldStayHeldAfterItIsStored() {
        reservations.beginStoring(ID);
        reservations.endStoring(ID);
        assertThat(reservations.isBusy(ID)).isFalse();
        assertThat(reservations.isHeld(ID)).isTrue();
        assertThat(reservations.size()).isEqualTo(1);
        reservations.unhold(ID);
        assertThat(reservations.size()).isZero();
    }

    @Test
    void shouldBeBusyWhileItDies() {
        reservations.endDying(ID);
        assertThat(reservations.size()).as("of one that nobody knows").isZero();
        reservations.beginDying(ID);
        assertThat(reservations.isBusy(ID)).isTrue();
        assertThat(reservations.isDying(ID)).isTrue();
        assertThat(reservations.isHeld(ID)).isFalse();
        assertThat(reservations.size()).isEqualTo(1);
        reservations.endDying(ID);
        assertThat(reservations.isDying(ID)).isFalse();
        assertThat(reservations.size()).isZero();
        reservations.hold(ID);
        reservations.beginDying(ID);
        reservations.endDying(ID);
        assertThat(reservations.isDying(ID)).isFalse();
        assertThat(reservations.isHeld(ID)).isTrue();
    }
}
