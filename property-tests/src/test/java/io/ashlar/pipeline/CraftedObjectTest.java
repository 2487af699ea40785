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
            EngineCore core = CollisionTest.core(engine);
            ExtentId part = engine.extents().put(new byte[10]);
            ByteBuffer node = ExtentNode.encode(1, List.of(new ExtentNode.Child(part, 100)));
            assertThat(core.catalog().hold(part)).isTrue();
            ExtentId root = core.driver()
                    .put(PutTask.dense(ExtentKind.NODE, 4096, node, List.of(part), true, Durability.SYNC))
                    .join();
            core.catalog().unhold(part);
            try (ObjectReader reader = engine.extents().openObject(root)) {
                assertThat(reader.length()).isEqualTo(100);
                ByteBuffer target = ByteBuffer.allocate(100);
                assertThat(reader.read(0, ByteBuffer.allocate(10))).isEqualTo(10);
                assertThatExceptionOfType(DamagedException.class)
                        .isThrownBy(() -> reader.read(0, target))
                        .withMessageContaining(root.toString());
            }
        }
    }
}
