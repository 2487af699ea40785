package io.ashlar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.FaultyBackend.Fault;
import io.ashlar.testkit.FaultyBackend.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyBackendTest {
    private final List<Long> delays = new ArrayList<>();
    private final ExtentBackend inner =
            new MemoryBackendProvider().open(URI.create("mem:inner"), Contexts.system(false));
    private final FaultyBackend faulty = new FaultyBackend(inner, 42, delays::add);

    @Test
    void shouldFailBeforeOrAfterDoingIt() throws IOException {
        faulty.failNext(Operation.PUT, Fault.FAIL);
        assertThatThrownBy(() -> faulty.put("a", bytes(1))).isInstanceOf(IOException.class);
        assertThat(inner.stat("a")).isEmpty();
        faulty.failNext(Operation.PUT, Fault.FAIL_AFTER);
        assertThatThrownBy(() -> faulty.put("a", bytes(1))).isInstanceOf(IOException.class);
        assertThat(inner.stat("a")).isPresent();
        faulty.failNext(Operation.DELETE, Fault.FAIL_AFTER);
        assertThatThrownBy(() -> faulty.delete("a")).isInstanceOf(IOException.class);
        assertThat(inner.stat("a")).isEmpty();
        faulty.failNext(Operation.PUT_IF_ABSENT, Fault.FULL);
        assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> faulty.putIfAbsent("a", bytes(1)));
        assertThat(faulty.putIfAbsent("a", bytes(1))).isTrue();
        assertThat(faulty.injected(Fault.FAIL_AFTER)).isEqualTo(2);
    }

    @Test
    void shouldFlipOneBitOfWhatWasReadAndOfNothingElse() throws IOException {
        faulty.put("a", bytes(100));
        faulty.setRate(Operation.READ, Fault.CORRUPT, 1);
        for (int time = 0; time < 200; time++) {
            ByteBuffer target = ByteBuffer.allocateDirect(120).position(5);
            assertThat(faulty.read("a", 0, target)).isEqualTo(100);
            assertThat(target.position()).isEqualTo(105);
            byte[] seen = new byte[120];
            target.clear().get(seen);
            BitSet wrong = BitSet.valueOf(seen);
            assertThat(wrong.cardinality()).isEqualTo(1);
            assertThat(wrong.nextSetBit(0)).isBetween(40, 839);
        }
        assertThat(inner.read("a", 0, ByteBuffer.allocate(100))).isEqualTo(100);
    }

    @Test
    void shouldVanishOneObjectOrAltogether() throws IOException {
        faulty.put("a", bytes(1));
        faulty.setOffline(true);
        assertThatThrownBy(() -> faulty.stat("a")).isInstanceOf(IOException.class);
        faulty.setOffline(false);
        assertThat(faulty.stat("a")).isPresent();
        faulty.failNext(Operation.READ, Fault.VANISH);
        assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> faulty.read("a", 0, bytes(1)));
        for (int number = 0; number < 40; number++) {
            faulty.put("n" + number, bytes(1));
        }
        List<String> names =
                inner.list("", "", 100).stream().map(stat -> stat.name()).toList();
        faulty.failNext(Operation.SYNC, Fault.VANISH);
        assertThatThrownBy(() -> faulty.sync(names)).isInstanceOf(IOException.class);
        assertThat(inner.list("", "", 100)).hasSizeBetween(1, 39);
    }

    @Test
    void shouldRepeatItselfWithTheSameSeed() throws IOException {
        assertThat(history(7)).isEqualTo(history(7)).contains(true, false).isNotEqualTo(history(8));
    }

    private List<Boolean> history(long seed) throws IOException {
        FaultyBackend one = new FaultyBackend(inner, seed, delays::add);
        one.setRate(Operation.LIST, Fault.FAIL, 0.3);
        one.setRate(Operation.LIST, Fault.DELAY, 0.3);
        List<Boolean> history = new ArrayList<>();
        for (int time = 0; time < 200; time++) {
            try {
                one.list("", "", 1);
                history.add(true);
            } catch (IOException e) {
                history.add(false);
            }
        }
        assertThat(one.injected(Fault.FAIL)).isBetween(30L, 90L);
        assertThat(delays).isNotEmpty().allMatch(nanos -> nanos > 0 && nanos <= 1_000_000);
        one.heal();
        one.list("", "", 1);
        return history;
    }

    @Test
    void shouldLoseAPutAndSayNoMoreThanAFailedSync() throws IOException {
        faulty.failNext(Operation.PUT, Fault.LOSE);
        faulty.put("a", bytes(1));
        faulty.put("b", bytes(1));

        assertThat(inner.stat("a")).isEmpty();
        assertThatThrownBy(() -> faulty.sync(List.of("b", "a"))).hasMessageContaining("a was lost");
        faulty.sync(List.of("b"));
        faulty.put("a", bytes(1));
        faulty.sync(List.of("a"));
        assertThat(inner.stat("a")).isPresent();
    }

    @Test
    void shouldListTooLittleOrWhatIsGone() throws IOException {
        for (int i = 0; i < 20; i++) {
            faulty.put(String.format("o%02d", i), bytes(1));
        }
        faulty.failNext(Operation.LIST, Fault.PARTIAL);
        assertThat(faulty.list("", "", 100)).isSubsetOf(inner.list("", "", 100)).hasSizeLessThan(20);
        faulty.failNext(Operation.LIST, Fault.PARTIAL);
        assertThat(faulty.list("", "", 10)).as("a page that is full").hasSize(10);

        faulty.setRate(Operation.LIST, Fault.STALE, 1);
        faulty.delete("o03");
        assertThat(faulty.list("", "", 100))
                .hasSize(20)
                .anyMatch(object -> object.name().equals("o03"));
        assertThat(inner.list("", "", 100)).hasSize(19);
        assertThat(faulty.list("", "o03", 100)).hasSize(16);
    }

    @Test
    void shouldTellItsObserver() throws IOException {
        List<String> seen = new ArrayList<>();
        faulty.observe(new FaultyBackend.Observer() {
            @Override
            public void calling(Operation operation, String name) {
                seen.add(operation + " " + name);
            }

            @Override
            public void injecting(Operation operation, Fault fault) {
                seen.add(operation + " " + fault);
            }
        });
        faulty.put("a", bytes(1));
        faulty.failNext(Operation.PUT, Fault.LOSE);
        faulty.put("b", bytes(1));

        assertThat(seen).containsExactly("PUT a", "PUT b", "PUT LOSE");
    }

    @Test
    void shouldRefuseFaultsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> faulty.failNext(Operation.LIST, Fault.CORRUPT));
        assertThatIllegalArgumentException().isThrownBy(() -> faulty.setRate(Operation.PUT, Fault.FAIL, 1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> faulty.setRate(Operation.PUT, Fault.FAIL, Double.NaN));
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size);
    }
}
