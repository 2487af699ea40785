package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import io.ashlar.PinExpiredException;
import io.ashlar.spi.Probe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is reading: pins of 800 ns. */
class PinsTest {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);

    private final List<String> told = new ArrayList<>();
    private final Pins pins = new Pins(800, new Probe() {
        @Override
        public void pinned(long epoch) {
            told.add("pinned " + epoch);
        }

        @Override
        public void unpinned(long epoch) {
            told.add("unpinned " + epoch);
        }

        @Override
        public void marked(ExtentId id, long epoch) {
            told.add("marked " + epoch);
        }
    });

    @Test
    void shouldBeDrainedWhenThoseWhoCameBeforeHaveLeft() {
        assertThat(pins.drained(0)).isTrue();
        Pins.Pin first = pins.pin(0);
        Pins.Pin second = pins.pin(50);
        assertThat(pins.count()).isEqualTo(2);
        long ended = pins.endEpoch(ID);
        assertThat(ended).isEqualTo(1);
        assertThat(pins.drained(ended)).isFalse();
        Pins.Pin later = pins.pin(60);
        first.close();
        assertThat(pins.drained(ended)).as("one is left").isFalse();
        first.close();
        assertThat(pins.count()).as("closed twice").isEqualTo(2);
        second.close();
        assertThat(pins.drained(ended)).as("only a later one is left").isTrue();
        assertThat(pins.endEpoch(ID)).isEqualTo(2);
        assertThat(pins.drained(2)).isFalse();
        later.close();
        assertThat(pins.count()).isZero();
        assertThat(told)
                .containsExactly(
                        "pinned 1",
                        "pinned 1",
                        "marked 1",
                        "pinned 2",
                        "unpinned 1",
                        "unpinned 1",
                        "marked 2",
                        "unpinned 2");
    }

    @Test
    void shouldBeginAnEpochNowAndThenWithoutMarks() {
        Pins.Pin first = pins.pin(1_000);
        Pins.Pin same = pins.pin(1_100);
        Pins.Pin next = pins.pin(1_101);
        assertThat(told).containsExactly("pinned 1", "pinned 1", "pinned 2");
        first.close();
        assertThat(pins.drained(1)).isFalse();
        same.close();
        assertThat(pins.drained(1)).isTrue();
        next.close();
        assertThat(pins.drained(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void shouldDropPinsThatAreHeldForTooLong() {
        Pins.Pin old = pins.pin(100);
        Pins.Pin alsoOld = pins.pin(110);
        Pins.Pin young = pins.pin(300);
        assertThat(pins.expire(1_000)).as("an age and an eighth").isZero();
        assertThatCode(old::check).doesNotThrowAnyException();
        told.clear();
        assertThat(pins.expire(1_001)).isEqualTo(2);
        assertThat(told).containsExactly("unpinned 1", "unpinned 1");
        assertThat(pins.count()).isEqualTo(1);
        assertThatThrownBy(old::check)
                .isInstanceOf(PinExpiredException.class)
                .hasMessageContaining("held for more than the 0 ms");
        assertThatThrownBy(alsoOld::check).isInstanceOf(PinExpiredException.class);
        assertThatCode(young::check).doesNotThrowAnyException();
        old.close();
        assertThat(pins.count()).as("closed after it was dropped").isEqualTo(1);
        assertThat(pins.expire(1_201)).isEqualTo(1);
        assertThat(pins.count()).isZero();
        Pins.Pin fresh = pins.pin(1_202);
        assertThat(pins.drained(2))
                .as("those that were dropped do not come back by number")
                .isTrue();
        assertThat(pins.drained(3)).isFalse();
        young.close();
        assertThat(pins.count()).isEqualTo(1);
        fresh.close();
        assertThatThrownBy(fresh::check).isInstanceOf(PinExpiredException.class).hasMessageContaining("closed");
    }

    @Test
    void shouldSayForHowManyMillisecondsAPinMayBeHeld() {
        Pins patient = new Pins(5_000_000, Probe.NONE);
        Pins.Pin pin = patient.pin(0);
        assertThat(patient.expire(10_000_000)).isEqualTo(1);
        assertThatThrownBy(pin::check).hasMessageContaining("the 5 ms");
    }
}
