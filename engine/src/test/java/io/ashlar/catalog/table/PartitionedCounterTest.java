package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartitionedCounterTest {

    @Test
    void shouldCountEverythingOnceInAsManyPassesAsItTakes() {
        for (ExtentId.Hash hash : ExtentId.Hash.values()) {
            Random random = new Random(1);
            List<ExtentId> ids = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                byte[] digest = new byte[hash.bytes()];
                random.nextBytes(digest);
                ids.add(ExtentId.of(hash, digest, random.nextInt(256)));
                ids.add(ExtentId.of(hash, digest, random.nextInt(256)));
            }
            Map<ExtentId, Long> expected = new HashMap<>();
            List<Map.Entry<ExtentId, Long>> references = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                ExtentId id = ids.get(random.nextInt(ids.size()));
                long delta = random.nextInt(5) - 2L;
                references.add(Map.entry(id, delta));
                expected.merge(id, delta, Long::sum);
            }
            Map<ExtentId, Long> counted = new HashMap<>();
            PartitionedCounter counter = new PartitionedCounter(hash, 32 << 10);
            int of = 1;
            int partition = 0;
            while (partition < of) {
                counter.begin(partition, of);
                boolean room = true;
                for (Map.Entry<ExtentId, Long> reference : references) {
                    boolean before = room;
                    room = counter.add(reference.getKey(), reference.getValue());
                    assertThat(room && !before).isFalse();
                }
                if (room) {
                    counter.forEach(
                            (id, count) -> assertThat(counted.put(id, count)).isNull());
                    partition++;
                } else {
                    assertThatThrownBy(() -> counter.forEach((id, count) -> {}))
                            .isInstanceOf(IllegalStateException.class);
                    partition *= 2;
                    of *= 2;
                }
            }
            assertThat(counted).isEqualTo(expected);
            assertThat(of).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void shouldRefuseWhatItCannotCount() {
        PartitionedCounter counter = new PartitionedCounter(ExtentId.Hash.XXH3_128, 4096);
        assertThatThrownBy(() -> counter.add(ExtentId.of(ExtentId.Hash.SHA_256, new byte[32], 0), 1))
                .isInstanceOf(IllegalArgumentException.class);
        for (int[] wrong : new int[][] {{0, 0}, {0, 3}, {2, 2}, {-1, 2}}) {
            assertThatThrownBy(() -> counter.begin(wrong[0], wrong[1])).isInstanceOf(IllegalArgumentException.class);
        }
        for (long maxBytes : new long[] {-1, 10, 1023, (8L << 30) + 1, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> new PartitionedCounter(ExtentId.Hash.XXH3_128, maxBytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldCountInTheLeastMemoryAsManyAsItMay() {
        PartitionedCounter counter = new PartitionedCounter(ExtentId.Hash.XXH3_128, 1024);
        counter.begin(0, 1);
        int ids = 0;
        while (counter.add(id(ids), 1)) {
            assertThat(counter.add(id(ids), 1)).isTrue();
            ids++;
        }
        assertThat(ids).isBetween(16, 31);
        // Whatever comes now, there was no room.
        assertThat(counter.add(id(0), 1)).isFalse();
        counter.begin(0, 1);
        assertThat(counter.add(id(0), 1)).isTrue();
    }

    private static ExtentId id(int number) {
        byte[] digest = new byte[16];
        new Random(number).nextBytes(digest);
        return ExtentId.of(ExtentId.Hash.XXH3_128, digest, 0);
    }
}
