package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ObjectReader;
import io.ashlar.StorageEngine;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.runtime.EngineCore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects that no writer writes: reading them ends, and not with wrong bytes. */
@Timeout(60)
class CraftedObjectTest {
    @TempDir
    Path directory;

    @Test
    void shouldNotReadForEverWhereANodePromisesTooMuch() throws IOException {
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId part = engine.extents().put(new byte[10]);
            ExtentId root = put(engine, 1, new ExtentNode.Child(part, 100));
            try (ObjectReader reader = engine.extents().openObject(root)) {
                assertThat(reader.length()).isEqualTo(100);
                assertThat(reader.read(0, ByteBuffer.allocate(10))).isEqualTo(10);
            }
            isDamaged(engine, root, 100);
        }
    }

    @Test
    void shouldNotReadMoreOfAPartThanItsNodeKnowsOf() throws IOException {
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId part = engine.extents().put(new byte[] {1, 2, 3, 4});
            ExtentId root = put(engine, 1, new ExtentNode.Child(part, 2), new ExtentNode.Child(part, 3));
            try (ObjectReader reader = engine.extents().openObject(root)) {
                ByteBuffer target = ByteBuffer.allocate(5);
                assertThat(reader.read(0, target)).isEqualTo(5);
                assertThat(target.array()).containsExactly(1, 2, 1, 2, 3);
            }
        }
    }

    @Test
    void shouldNotGoDownForEverThroughNodesOfOneLevel() throws IOException {
        try (StorageEngine engine = StorageEngine.open(directory)) {
            ExtentId hollow = put(engine, 2);
            isDamaged(engine, put(engine, 2, new ExtentNode.Child(hollow, 7)), 7);
            ExtentId part = engine.extents().put(new byte[7]);
            ExtentId leaf = put(engine, 1, new ExtentNode.Child(part, 7));
            isDamaged(engine, put(engine, 3, new ExtentNode.Child(leaf, 7)), 7);
            isDamaged(engine, put(engine, 2, new ExtentNode.Child(leaf, 6)), 6);
        }
    }

    private static ExtentId put(StorageEngine engine, int level, ExtentNode.Child... children) throws IOException {
        EngineCore core = CollisionTest.core(engine);
        List<ExtentId> links =
                List.of(children).stream().map(ExtentNode.Child::id).distinct().toList();
        for (ExtentId link : links) {
            assertThat(core.catalog().hold(link)).isTrue();
        }
        ByteBuffer node = ExtentNode.encode(level, List.of(children));
        ExtentId id = core.driver()
                .put(PutTask.dense(ExtentKind.NODE, 4096, node, links, true, Durability.SYNC))
                .join();
        links.forEach(core.catalog()::unhold);
        return id;
    }

    private static void isDamaged(StorageEngine engine, ExtentId root, int length) {
        try (ObjectReader reader = engine.extents().openObject(root)) {
            assertThatExceptionOfType(DamagedException.class)
                    .isThrownBy(() -> reader.read(0, ByteBuffer.allocate(length)))
                    .withMessageContaining(root.toString());
        }
    }
}
