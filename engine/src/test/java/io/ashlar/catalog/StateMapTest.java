package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.MemoryStore;
import io.ashlar.catalog.table.MergePolicy;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.TableDescriptor;
import io.ashlar.catalog.table.TableMerge;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.catalog.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StateMapTest {
    private static final int TABLE_EXTENT_BYTES = 1 << 16;

    private final MemoryStore store = new MemoryStore();
    private final TableReader reader = new TableReader(new ExtentPageSource(store), new PageCache(1 << 20));
    private final Object lock = new Object();
    private final StateMap state = new StateMap(lock, reader, TableStack.EMPTY);
    private final NavigableMap<Key, byte[]> model = new TreeMap<>();

    private static Key value(int number) {
        return Key.name("value " + number);
    }

    private static Key flag(int number) {
        return Key.name("flag " + number);
    }

    @Test
    void shouldAgreeWithAMapThroughCheckpointsThatSucceedAndFail() throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            StateMap map = new StateMap(lock, reader, TableStack.EMPTY);
            model.clear();
            for (int step = 0; step < 600; step++) {
                change(map, random);
                if (random.nextInt(20) == 0) {
                    if (map.view().frozen() == null) {
                        map.freeze();
                    } else if (random.nextInt(3) == 0) {
                        map.thaw();
                    } else {
                        map.install(written(map.view()));
                    }
                }
                if (random.nextInt(30) == 0) {
                    agree(map, random, seed, step);
                }
            }
            agree(map, random, seed, 600);
        }
    }

    private void change(StateMap map, Random random) throws IOException {
        Key flag = flag(random.nextInt(12));
        Key value = value(random.nextInt(12));
        synchronized (lock) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    byte[] bytes = {(byte) random.nextInt()};
                    map.put(value, bytes);
                    model.put(value, bytes);
                }
                case 1 -> {
                    map.remove(value);
                    model.remove(value);
                }
                default -> {
                    if (model.remove(flag) != null) {
                        map.removeFlag(flag);
                    } else {
                        map.addFlag(flag);
                        model.put(flag, new byte[0]);
                    }
                }
            }
        }
    }

    private TableStack written(StateMap.View view) throws IOException {
        TableWriter writer = new TableWriter(store, TABLE_EXTENT_BYTES);
        for (Map.Entry<Key, byte[]> entry : view.frozen().entrySet()) {
            if (entry.getValue() == null) {
                writer.addTombstone(entry.getKey().bytes());
            } else {
                writer.add(entry.getKey().bytes(), entry.getValue());
            }
        }
        TableStack tables = view.tables().with(writer.finish());
        for (List<TableDescriptor> due = MergePolicy.choose(tables, 24);
                due != null;
                due = MergePolicy.choose(tables, 24)) {
            TableMerge merge = new TableMerge(tables, due, reader, store, TABLE_EXTENT_BYTES);
            while (!merge.step(1000)) {
                // Goes on until it is done.
            }
            tables = tables.replace(merge.inputs(), merge.result());
        }
        return tables;
    }

    private void agree(StateMap map, Random random, int seed, int step) throws IOException {
        for (int i = 0; i < 12; i++) {
            assertThat(map.get(value(i))).as("seed %d, step %d", seed, step).isEqualTo(model.get(value(i)));
            assertThat(map.read(flag(i))).as("seed %d, step %d", seed, step).isEqualTo(model.get(flag(i)));
        }
        List<Key> listed = new ArrayList<>();
        Key from = Key.family(0);
        int limit = 1 + random.nextInt(5);
        while (true) {
            List<Map.Entry<Key, byte[]>> page = map.scan(from, Key.family(255), limit);
            page.forEach(entry -> listed.add(entry.getKey()));
            if (page.size() < limit) {
                break;
            }
            from = page.get(limit - 1).getKey().next();
        }
        assertThat(listed).as("seed %d, step %d", seed, step).containsExactlyElementsOf(model.keySet());
    }

    @Test
    void shouldForgetFlagsThatDoNotOutliveTheCheckpoint() throws IOException {
        state.addFlag(flag(1));
        state.removeFlag(flag(1));
        assertThat(state.changedEntries()).isZero();

        state.addFlag(flag(1));
        state.freeze();
        state.removeFlag(flag(1));
        state.addFlag(flag(1));
        state.removeFlag(flag(1));
        assertThat(state.changedEntries())
                .as("the tables will have the flag: it must be hidden")
                .isOne();
        state.install(written(state.view()));
        assertThat(state.get(flag(1))).isNull();
    }

    private void delete(TableStack tables) {
        tables.tables()
                .forEach(table ->
                        table.parts().forEach(part -> store.delete(part.object().name())));
    }

    @Test
    void shouldReadOnWhenTheTablesAreReplacedAndDeletedMeanwhile() throws IOException {
        byte[] one = {1};
        state.put(value(1), one);
        state.freeze();
        TableStack before = written(state.view());
        TableStack after = written(state.view());
        state.install(before);
        store.beforeNextRead(() -> {
            state.install(after);
            delete(before);
        });
        assertThat(state.read(value(1))).isEqualTo(one);
    }

    @Test
    void shouldListOnWhenTheTablesAreReplacedAndDeletedMeanwhile() throws IOException {
        state.put(value(1), new byte[] {1});
        state.freeze();
        TableStack before = written(state.view());
        TableStack after = written(state.view());
        state.install(before);
        store.beforeNextRead(() -> {
            state.install(after);
            delete(before);
        });
        assertThat(state.scan(Key.family(0), Key.family(255), 10)).hasSize(1);

        delete(after);
        TableReader uncached = new TableReader(new ExtentPageSource(store), new PageCache(1 << 20));
        assertThatThrownBy(() -> new StateMap(lock, uncached, after).read(value(1)))
                .as("what is gone for good is an error")
                .isInstanceOf(IOException.class);
    }
}
