package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is held in reserve is never given out, and the disk is not asked at every write. */
class DiskReserveTest {
    private static final long RESERVE = 1000;

    private long freeBytes;
    private int asked;

    private final DiskReserve reserve = new DiskReserve(
            () -> {
                asked++;
                return freeBytes;
            },
            RESERVE);

    @Test
    void shouldGiveOutWhatIsBeyondTheReserveToTheLastByte() throws IOException {
        for (int bytes = 1; bytes < 100; bytes++) {
            DiskReserve fresh = new DiskReserve(() -> freeBytes, RESERVE);
            freeBytes = RESERVE + bytes;
            fresh.take(bytes);
            freeBytes = RESERVE + bytes - 1;
            int wanted = bytes;
            assertThatThrownBy(() -> fresh.take(wanted))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("only " + freeBytes + " bytes")
                    .hasMessageContaining(RESERVE + " are held");
        }
    }

    @Test
    void shouldAskAgainOnceAnEighthOfWhatThereWasIsTaken() throws IOException {
        freeBytes = RESERVE + 10 + 800;
        reserve.take(10);
        assertThat(asked).isEqualTo(1);
        reserve.take(60);
        reserve.take(40);
        assertThat(asked).isEqualTo(1);
        freeBytes = RESERVE + 1;
        reserve.take(1);
        assertThat(asked).isEqualTo(2);
        assertThatThrownBy(() -> reserve.take(2)).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> reserve.take(2)).isInstanceOf(DiskFullException.class);
        assertThat(asked).isEqualTo(4);
        // A refusal is none for ever.
        reserve.take(1);
        freeBytes = RESERVE + 2;
        reserve.take(2);
    }

    @Test
    void shouldNotAskWithoutAReserve() throws IOException {
        new DiskReserve(
                        () -> {
                            throw new IOException("asked");
                        },
                        0)
                .take(Long.MAX_VALUE);
    }
}
