package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Handles are shared, few, and closed when the last who reads by them is done. */
class PayloadReaderTest {
    private static final int HANDLES_MAX = 16;

    /** What others may do meanwhile. */
    private interface Step {
        void run() throws IOException;
    }

    private static final class Fixture {
        final FakeDisk disk = new FakeDisk();
        final AtomicLong firstRetained = new AtomicLong();
        final PayloadReader reader = new PayloadReader(new SegmentFiles(disk, DIRECTORY), firstRetained::get);

        Fixture() {
            for (int number = 1; number <= 40; number++) {
                byte[] bytes = new byte[100];
                bytes[50] = (byte) number;
                disk.put(segment(number), bytes);
            }
        }

        byte read(long number) throws IOException {
            ByteBuffer target = ByteBuffer.allocate(1);
            reader.read(new JournalPosition(number, 50), target);
            return target.get(0);
        }

        static Runnable unchecked(Step step) {
            return () -> {
                try {
                    step.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        }
    }

    private final Fixture fixture = new Fixture();

    @Test
    void shouldOpenASegmentOnceAndCloseItWhenItIsDropped() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.read(7)).isEqualTo((byte) 7);
            assertThat(fixture.disk.openFiles).isEqualTo(1);
        }
        fixture.reader.dropBelow(7);
        assertThat(fixture.disk.openFiles).isEqualTo(1);
        fixture.reader.dropBelow(8);
        assertThat(fixture.disk.openFiles).isZero();
        assertThat(fixture.read(7)).isEqualTo((byte) 7);
        assertThat(fixture.disk.openFiles).isEqualTo(1);
        fixture.reader.close();
        assertThat(fixture.disk.openFiles).isZero();
    }

    @Test
    void shouldCloseWhatWasDroppedOnlyWhenItHasBeenRead() throws IOException {
        List<Consumer<Fixture>> drops = List.of(
                f -> Fixture.unchecked(() -> f.reader.dropBelow(8)).run(),
                f -> Fixture.unchecked(f.reader::close).run());
        for (Consumer<Fixture> drop : drops) {
            for (boolean cached : new boolean[] {false, true}) {
                Fixture f = new Fixture();
                if (cached) {
                    f.read(7);
                }
                f.disk.afterRead = () -> {
                    drop.accept(f);
                    assertThat(f.disk.openFiles).isEqualTo(1);
                };
                assertThat(f.read(7)).isEqualTo((byte) 7);
                assertThat(f.disk.openFiles).isZero();
            }
        }
    }

    @Test
    void shouldLetSeveralReadByOneHandleUntilTheLastIsDone() throws IOException {
        fixture.read(7);
        fixture.disk.afterRead = Fixture.unchecked(() -> {
            fixture.reader.dropBelow(8);
            assertThat(fixture.disk.openFiles).isEqualTo(1);
        });
        // The second begins while the first is reading, and the segment is dropped while both are.
        Runnable drop = fixture.disk.afterRead;
        fixture.disk.afterRead = Fixture.unchecked(() -> {
            fixture.disk.afterRead = drop;
            assertThat(fixture.read(7)).isEqualTo((byte) 7);
            assertThat(fixture.disk.openFiles).isEqualTo(1);
        });
        assertThat(fixture.read(7)).isEqualTo((byte) 7);
        assertThat(fixture.disk.openFiles).isZero();
    }

    @Test
    void shouldKeepOneHandleOfTwoThatWereOpenedAtOnce() throws IOException {
        fixture.disk.beforeOpen =
                Fixture.unchecked(() -> assertThat(fixture.read(7)).isEqualTo((byte) 7));
        assertThat(fixture.read(7)).isEqualTo((byte) 7);
        assertThat(fixture.disk.openFiles).isEqualTo(1);
        fixture.reader.dropBelow(8);
        assertThat(fixture.disk.openFiles).isZero();
    }

    @Test
    void shouldKeepNoHandleThatWasOpenedWhileItsSegmentWasTruncatedOrTheReaderClosed() throws IOException {
        fixture.disk.beforeOpen = () -> fixture.firstRetained.set(8);
        assertThatThrownBy(() -> fixture.read(7)).isInstanceOf(NoSuchFileException.class);
        assertThat(fixture.disk.openFiles).isZero();
        assertThat(fixture.read(8)).isEqualTo((byte) 8);
        assertThat(fixture.disk.openFiles).isEqualTo(1);

        fixture.disk.beforeOpen = Fixture.unchecked(fixture.reader::close);
        assertThat(fixture.read(9)).isEqualTo((byte) 9);
        assertThat(fixture.disk.openFiles).isZero();
        assertThatThrownBy(() -> fixture.read(9)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNotLookForASegmentThatIsTruncated() throws IOException {
        fixture.firstRetained.set(8);
        fixture.disk.beforeOpen = () -> {
            throw new AssertionError("opened");
        };
        assertThatThrownBy(() -> fixture.read(7))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void shouldCloseTheHandleThatWasNotUsedForLongest() throws IOException {
        for (int number = 1; number <= HANDLES_MAX; number++) {
            fixture.read(number);
        }
        assertThat(fixture.disk.openFiles).isEqualTo(HANDLES_MAX);
        fixture.read(1);
        fixture.read(17);
        assertThat(fixture.disk.openFiles).isEqualTo(HANDLES_MAX);
        // Segment 2 had to go, segment 1 not.
        fixture.reader.dropBelow(2);
        assertThat(fixture.disk.openFiles).isEqualTo(HANDLES_MAX - 1);
        fixture.reader.dropBelow(3);
        assertThat(fixture.disk.openFiles).isEqualTo(HANDLES_MAX - 1);
        fixture.reader.dropBelow(4);
        assertThat(fixture.disk.openFiles).isEqualTo(HANDLES_MAX - 2);
    }

    @Test
    void shouldCloseAllHandlesEvenIfOneFails() throws IOException {
        for (int number = 1; number <= 3; number++) {
            fixture.read(number);
        }
        fixture.disk.failing = "close";
        assertThatThrownBy(fixture.reader::close).hasMessage("injected: close").hasNoSuppressedExceptions();
        assertThat(fixture.disk.openFiles).isZero();
    }

    @Test
    void shouldSayThatASegmentIsTooShort() {
        assertThatThrownBy(() -> fixture.reader.read(new JournalPosition(1, 99), ByteBuffer.allocate(2)))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("1 bytes short")
                .hasMessageContaining(segment(1).toString());
    }
}
