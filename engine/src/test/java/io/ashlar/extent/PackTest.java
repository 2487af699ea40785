package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.PackLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackTest {
    private final SplittableRandom random = new SplittableRandom(61);

    private static ExtentReader encode(ByteBuffer plain) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.remaining(), 4096));
        ExtentId id = new ExtentEncoder().encode(ExtentKind.PACK, 4096, plain, ExtentId.Hash.XXH3_128, image);
        return ExtentReader.open(ExtentSource.of(image, "test"), image.remaining(), id);
    }

    @Test
    void shouldReturnEveryMember() throws IOException {
        for (int round = 0; round < 30; round++) {
            ByteBuffer room = ExtentTesting.allocate(random.nextInt(12, 500_000), random.nextBoolean());
            int lead = random.nextInt(Math.min(16, room.capacity() - 11));
            PackBuilder builder = new PackBuilder(room.position(lead));
            List<byte[]> contents = new ArrayList<>();
            List<PackIndex.Member> members = new ArrayList<>();
            while (true) {
                byte[] plain = ExtentTesting.randomBytes(random, random.nextInt(16_385));
                ExtentId.Hash hash = random.nextBoolean() ? ExtentId.Hash.XXH3_128 : ExtentId.Hash.SHA_256;
                byte[] image = ExtentTesting.image(ExtentKind.DATA, 4096, plain, hash);
                ExtentId id = ExtentTesting.open(image).id();
                int life = random.nextInt(Integer.MAX_VALUE);
                long counter = random.nextLong(Long.MAX_VALUE);
                ByteBuffer source = ExtentTesting.buffer(image, random.nextBoolean(), 3);
                int offset = builder.add(id, life, counter, source);
                assertThat(source.position()).isEqualTo(3);
                if (offset < 0) {
                    break;
                }
                contents.add(plain);
                members.add(new PackIndex.Member(id, life, counter, offset, image.length));
            }
            assertThat(builder.count()).isEqualTo(members.size());
            ByteBuffer plain = builder.finish();
            assertThat(plain.remaining()).isLessThanOrEqualTo(room.capacity() - lead);
            ExtentReader pack = encode(plain);
            assertThat(PackIndex.read(pack).members()).isEqualTo(members);
            for (int i = 0; i < members.size(); i++) {
                PackIndex.Member member = members.get(i);
                assertThat(member.offset() % PackLayout.ALIGNMENT_BYTES).isZero();
                ExtentReader reader = ExtentReader.open(
                        new PackSlice(pack, member.offset(), member.length()), member.length(), member.id());
                assertThat(ExtentTesting.readAll(reader)).isEqualTo(contents.get(i));
            }
        }
    }

    @Test
    void shouldFillAPackToItsLastByte() throws IOException {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[0], ExtentId.Hash.XXH3_128);
        ExtentId id = ExtentTesting.open(image).id();
        int needed = 2 * (64 + 18 + PackLayout.ENTRY_TAIL_BYTES) + PackLayout.TRAILER_BYTES;
        PackBuilder exact = new PackBuilder(ByteBuffer.allocate(needed));
        assertThat(exact.add(id, 0, 0, ByteBuffer.wrap(image))).isZero();
        assertThat(exact.add(id, 0, 1, ByteBuffer.wrap(image))).isEqualTo(64);
        assertThat(exact.add(id, 0, 2, ByteBuffer.wrap(image))).isEqualTo(-1);
        ByteBuffer plain = exact.finish();
        assertThat(plain.remaining()).isEqualTo(needed);
        assertThat(PackIndex.read(encode(plain)).members()).hasSize(2);
        PackBuilder tight = new PackBuilder(ByteBuffer.allocate(needed - 1));
        assertThat(tight.add(id, 0, 0, ByteBuffer.wrap(image))).isZero();
        assertThat(tight.add(id, 0, 1, ByteBuffer.wrap(image))).isEqualTo(-1);

        PackBuilder full = new PackBuilder(ByteBuffer.allocate(PackLayout.PACK_BYTES_MAX + 100_000));
        int count = 0;
        while (full.add(id, 0, count, ByteBuffer.wrap(image)) >= 0) {
            count++;
        }
        assertThat(count).isEqualTo(PackLayout.MEMBERS_MAX);
        assertThat(PackIndex.read(encode(full.finish())).members()).hasSize(count);
    }

    @Test
    void shouldVerifyThePackBeneathAMember() throws IOException {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[40_000], ExtentId.Hash.XXH3_128);
        ExtentId id = ExtentTesting.open(image).id();
        PackBuilder builder = new PackBuilder(ByteBuffer.allocate(100_000));
        int offset = builder.add(id, 1, 2, ByteBuffer.wrap(image));
        ByteBuffer packImage = ByteBuffer.allocate(200_000);
        new ExtentEncoder().encode(ExtentKind.PACK, 4096, builder.finish(), ExtentId.Hash.XXH3_128, packImage);
        packImage.put(20_000, (byte) 1);
        ExtentReader pack = ExtentReader.open(ExtentSource.of(packImage, "test"), packImage.remaining());
        ExtentReader member = ExtentReader.open(new PackSlice(pack, offset, image.length), image.length, id);
        assertThatThrownBy(() -> member.readAll(ByteBuffer.allocate(40_000)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(pack.id().toString());
    }

    @Test
    void shouldEndWhereTheMemberEnds() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(random, 1000);
        ExtentReader pack = encode(ByteBuffer.wrap(plain));
        PackSlice slice = new PackSlice(pack, 900, 50);
        ByteBuffer target = ByteBuffer.allocate(100).position(10);
        assertThat(slice.read(20, target)).isEqualTo(30);
        assertThat(target.position()).isEqualTo(40);
        assertThat(target.limit()).isEqualTo(100);
        assertThat(slice.read(50, target)).isZero();
        assertThat(slice.read(Long.MAX_VALUE, target)).isZero();
        assertThatThrownBy(() -> new PackSlice(pack, 951, 50)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> new PackSlice(pack, -1, 50)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> new PackSlice(pack, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldDetectContradictionsOfTheIndex() throws IOException {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[3], ExtentId.Hash.XXH3_128);
        ExtentId id = ExtentTesting.open(image).id();
        PackBuilder builder = new PackBuilder(ByteBuffer.allocate(4096));
        builder.add(id, 1, 2, ByteBuffer.wrap(image));
        builder.add(id, 1, 3, ByteBuffer.wrap(image));
        byte[] pack = ExtentTesting.bytes(builder.finish());
        int index = pack.length - PackLayout.TRAILER_BYTES - 2 * (18 + PackLayout.ENTRY_TAIL_BYTES);
        for (int at = index; at < pack.length; at++) {
            // Any number but life, counter and hash: a change there is another member, not a contradiction.
            int inEntry = (at - index) % (18 + PackLayout.ENTRY_TAIL_BYTES);
            boolean trailer = at >= pack.length - PackLayout.TRAILER_BYTES;
            if (!trailer && inEntry > 0 && inEntry < 18 + PackLayout.ENTRY_IMAGE_OFFSET) {
                continue;
            }
            byte[] bad = pack.clone();
            bad[at] ^= (byte) 0x90;
            ExtentReader reader = encode(ByteBuffer.wrap(bad));
            assertThatThrownBy(() -> PackIndex.read(reader)).isInstanceOf(DamagedException.class);
        }
        // Without the entry of its last member the pack has bytes that nobody accounts for.
        ByteBuffer forgetful = ByteBuffer.allocate(pack.length).put(pack, 0, index + 18 + PackLayout.ENTRY_TAIL_BYTES);
        LittleEndian.putInt(forgetful, forgetful.position() + PackLayout.TRAILER_COUNT_OFFSET, 1);
        LittleEndian.putInt(forgetful, forgetful.position() + PackLayout.TRAILER_INDEX_OFFSET, index);
        LittleEndian.putInt(forgetful, forgetful.position() + PackLayout.TRAILER_MAGIC_OFFSET, PackLayout.MAGIC);
        forgetful.position(forgetful.position() + PackLayout.TRAILER_BYTES).flip();
        ExtentReader shorter = encode(forgetful);
        assertThatThrownBy(() -> PackIndex.read(shorter))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("members end at");
        // A member that lies on its neighbour, or after a gap.
        int second = index + 18 + PackLayout.ENTRY_TAIL_BYTES + 18 + PackLayout.ENTRY_IMAGE_OFFSET;
        for (int shift : new int[] {-8, -4, 4, 8}) {
            ByteBuffer moved = ByteBuffer.wrap(pack.clone());
            LittleEndian.putInt(moved, second, LittleEndian.getInt(moved, second) + shift);
            LittleEndian.putInt(moved, second + 4, LittleEndian.getInt(moved, second + 4) - shift);
            ExtentReader reader = encode(moved);
            assertThatThrownBy(() -> PackIndex.read(reader))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("member 1");
        }
        byte[] noPack = ExtentTesting.image(ExtentKind.DATA, 512, pack, ExtentId.Hash.XXH3_128);
        assertThatThrownBy(() -> PackIndex.read(ExtentTesting.open(noPack))).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> PackIndex.read(encode(ByteBuffer.allocate(11))))
                .isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldRefuseMisuse() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PackBuilder(ByteBuffer.allocate(11)));
        PackBuilder builder = new PackBuilder(ByteBuffer.allocate(1000));
        ExtentId id = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(id, 0, 0, ByteBuffer.allocate(63)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(id, -1, 0, ByteBuffer.allocate(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(id, 0, -1, ByteBuffer.allocate(64)));
        builder.finish();
        assertThatIllegalStateException().isThrownBy(builder::finish);
        assertThatIllegalStateException().isThrownBy(() -> builder.add(id, 0, 0, ByteBuffer.allocate(64)));
    }
}
