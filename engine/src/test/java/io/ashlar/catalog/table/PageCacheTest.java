package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static final int PAGE_COST = 4096 + 144;

    @Test
    void shouldStayWithinItsBound() {
        PageCache cache = new PageCache(10 * PAGE_COST);
        for (int i = 0; i < 100; i++) {
            cache.offer("o", i, new byte[4096]);
            assertThat(cache.bytes()).isLessThanOrEqualTo(10 * PAGE_COST);
        }
        assertThat(cache.bytes()).isEqualTo(10 * PAGE_COST);
        assertThat(cache.evictions()).isEqualTo(90);
        PageCache none = new PageCache(0);
        none.offer("o", 1, new byte[4096]);
        assertThat(none.page("o", 1)).isNull();
        assertThat(none.bytes()).isZero();
        assertThatThrownBy(() -> new PageCache(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepHotPagesWhileColdOnesPass() {
        PageCache cache = new PageCache(10 * PAGE_COST);
        byte[] hot = new byte[4096];
        cache.offer("hot", 0, hot);
        for (int i = 0; i < 1000; i++) {
            assertThat(cache.page("hot", 0)).isSameAs(hot);
            cache.offer("cold", i, new byte[4096]);
        }
    }

    @Test
    void shouldTellObjectsAndPagesApartAndKeepTheFirst() {
        PageCache cache = new PageCache(10 * PAGE_COST);
        byte[] first = new byte[4096];
        cache.offer("a", 1, first);
        cache.offer("a", 1, new byte[4096]);
        assertThat(cache.page("a", 1)).isSameAs(first);
        assertThat(cache.page("a", 2)).isNull();
        assertThat(cache.page("b", 1)).isNull();
        assertThat(cache.directory("a")).isNull();
        assertThat(cache.bytes()).isEqualTo(PAGE_COST);
    }

    @Test
    void shouldServeManyThreads() throws Exception {
        PageCache cache = new PageCache(50 * PAGE_COST);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            results.add(threads.submit(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 50_000; i++) {
                    int page = random.nextInt(200);
                    byte[] found = cache.page("o", page);
                    if (found == null) {
                        byte[] read = new byte[4096];
                        read[0] = (byte) page;
                        cache.offer("o", page, read);
                    } else {
                        assertThat(found[0]).isEqualTo((byte) page);
                    }
                    if (i % 100 == 0) {
                        assertThat(cache.bytes()).isLessThanOrEqualTo(50 * PAGE_COST);
                    }
                }
            }));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
        assertThat(cache.bytes()).isEqualTo(50 * PAGE_COST);
    }
}
