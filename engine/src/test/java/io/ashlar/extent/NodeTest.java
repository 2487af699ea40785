package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.NodeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeTest {
    private final SplittableRandom random = new SplittableRandom(51);

    private ExtentNode.Child child() {
        ExtentId.Hash hash = random.nextBoolean() ? ExtentId.Hash.XXH3_128 : ExtentId.Hash.SHA_256;
        ExtentId id = ExtentId.of(hash, ExtentTesting.randomBytes(random, hash.bytes()), random.nextInt(256));
        return new ExtentNode.Child(id, random.nextLong(1L << random.nextInt(1, 53)));
    }

    private List<ExtentNode.Child> children(int count) {
        List<ExtentNode.Child> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(child());
        }
        return children;
    }

    @Test
    void shouldReturnWhatWasEncoded() throws IOException {
        for (int round = 0; round < 200; round++) {
            int count = round == 0 ? 0 : round == 1 ? ExtentNode.MAX_CHILDREN : random.nextInt(100);
            int level = random.nextInt(ExtentNode.MAX_LEVEL + 1);
            List<ExtentNode.Child> children = children(count);
            ByteBuffer plain = ExtentNode.encode(level, children);
            assertThat(plain.remaining()).isLessThanOrEqualTo(NodeLayout.NODE_BYTES_MAX);
            ExtentNode node = ExtentNode.decode(plain);
            assertThat(node.level()).isEqualTo(level);
            assertThat(node.children()).isEqualTo(children);
            assertThat(node.totalBytes())
                    .isEqualTo(
                            children.stream().mapToLong(ExtentNode.Child::bytes).sum());

            byte[] image =
                    ExtentTesting.image(ExtentKind.NODE, 512, ExtentTesting.bytes(plain), ExtentId.Hash.XXH3_128);
            assertThat(ExtentNode.read(ExtentTesting.open(image))).isEqualTo(node);
        }
    }

    @Test
    void shouldRefuseToMakeWhatIsOutOfBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentNode.of(9, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentNode.of(-1, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExtentNode.of(0, Collections.nCopies(ExtentNode.MAX_CHILDREN + 1, child())));
        assertThatIllegalArgumentException().isThrownBy(() -> new ExtentNode(0, 1, List.of()));
        ExtentNode.Child huge = new ExtentNode.Child(child().id(), Long.MAX_VALUE);
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentNode.of(0, List.of(huge, huge)));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentNode.of(0, List.of(huge, huge, huge)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ExtentNode.Child(huge.id(), -1));
    }

    @Test
    void shouldDetectContradictions() {
        byte[] good = ExtentTesting.bytes(ExtentNode.encode(1, children(3)));
        expectDamage(good, NodeLayout.LEVEL_OFFSET, 9);
        expectDamage(good, NodeLayout.RESERVED_OFFSET, 1);
        expectDamage(good, NodeLayout.RESERVED_OFFSET + 2, 1);
        expectDamage(good, NodeLayout.COUNT_OFFSET, 2);
        expectDamage(good, NodeLayout.COUNT_OFFSET, 4);
        expectDamage(good, NodeLayout.COUNT_OFFSET + 1, 5);
        expectDamage(good, NodeLayout.COUNT_OFFSET + 3, 0x80);
        expectDamage(good, NodeLayout.TOTAL_BYTES_OFFSET, good[NodeLayout.TOTAL_BYTES_OFFSET] + 1);
        expectDamage(good, NodeLayout.HEADER_BYTES, 3);
        expectDamage(good, good.length - 1, 0x80);
        expectDamage(good, good.length - 8, good[good.length - 8] + 1);
        for (int length = 0; length < good.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(good, 0, length);
            assertThatThrownBy(() -> ExtentNode.decode(cut)).isInstanceOf(DamagedException.class);
        }
        ByteBuffer longer = ByteBuffer.allocate(good.length + 1).put(0, good);
        assertThatThrownBy(() -> ExtentNode.decode(longer)).isInstanceOf(DamagedException.class);
    }

    private static void expectDamage(byte[] good, int at, int value) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        assertThatThrownBy(() -> ExtentNode.decode(ByteBuffer.wrap(bad))).isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldNameTheExtentThatHoldsNoNode() {
        ExtentReader data =
                ExtentTesting.open(ExtentTesting.image(ExtentKind.DATA, 512, new byte[16], ExtentId.Hash.XXH3_128));
        assertThatThrownBy(() -> ExtentNode.read(data))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(data.id().toString());
        byte[] noNode = new byte[17];
        ExtentReader node =
                ExtentTesting.open(ExtentTesting.image(ExtentKind.NODE, 512, noNode, ExtentId.Hash.XXH3_128));
        assertThatThrownBy(() -> ExtentNode.read(node))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(node.id().toString());
    }
}
