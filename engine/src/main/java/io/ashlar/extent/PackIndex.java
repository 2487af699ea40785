package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.PackLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pack holds. Reads go by the catalog, which knows offset and length of each member; this is for those who find a pack
 * without a catalog, or rewrite one. Immutable.
 *
 * @param members in the order of their offsets
 */
public record PackIndex(List<Member> members) {

    /**
     * Copies the list.
     *
     * @param members in the order of their offsets
     */
    public PackIndex {
        members = List.copyOf(members);
    }

    /**
     * A member.
     *
     * @param id its extent
     * @param life the life of the process under which the catalog knows it
     * @param counter the counter likewise
     * @param offset where its image begins in the pack, in bytes, a multiple of 8
     * @param length how long its image is, in bytes
     */
    public record Member(ExtentId id, int life, long counter, int offset, int length) {}

    /**
     * Reads and checks the index of a pack. The members' images are not read.
     *
     * @param pack the pack
     * @return its index
     * @throws DamagedException if there is none, or it contradicts itself
     * @throws IOException if it cannot be read
     */
    public static PackIndex read(ExtentReader pack) throws IOException {
        Where where = pack.where();
        int plainBytes = pack.plainBytes();
        if (pack.kind() != ExtentKind.PACK || plainBytes < PackLayout.TRAILER_BYTES) {
            throw where.damaged("a pack was expected, not " + pack.kind() + " of " + plainBytes + " bytes");
        }
        ByteBuffer trailer = ByteBuffer.allocate(PackLayout.TRAILER_BYTES);
        int indexEnd = plainBytes - PackLayout.TRAILER_BYTES;
        pack.readRange(indexEnd, trailer);
        int count = LittleEndian.getInt(trailer, PackLayout.TRAILER_COUNT_OFFSET);
        int indexOffset = LittleEndian.getInt(trailer, PackLayout.TRAILER_INDEX_OFFSET);
        if (LittleEndian.getInt(trailer, PackLayout.TRAILER_MAGIC_OFFSET) != PackLayout.MAGIC
                || count < 0
                || count > PackLayout.MEMBERS_MAX
                || indexOffset < 0
                || indexOffset > indexEnd) {
            throw where.damaged("it does not end like a pack");
        }
        ByteBuffer index = ByteBuffer.allocate(indexEnd - indexOffset);
        pack.readRange(indexOffset, index);
        return new PackIndex(parse(index.flip(), count, indexOffset, where));
    }

    private static List<Member> parse(ByteBuffer index, int count, int indexOffset, Where where) {
        List<Member> members = new ArrayList<>();
        int end = 0;
        for (int i = 0; i < count; i++) {
            ExtentId id;
            try {
                id = ExtentId.readFrom(index);
            } catch (IllegalArgumentException e) {
                throw where.damaged("member " + i + " of the pack has no id", e);
            }
            int at = index.position();
            if (index.remaining() < PackLayout.ENTRY_TAIL_BYTES) {
                throw where.damaged("the entry of member " + i + " of the pack is cut short");
            }
            Member member = new Member(
                    id,
                    LittleEndian.getInt(index, at + PackLayout.ENTRY_LIFE_OFFSET),
                    LittleEndian.getLong(index, at + PackLayout.ENTRY_COUNTER_OFFSET),
                    LittleEndian.getInt(index, at + PackLayout.ENTRY_IMAGE_OFFSET),
                    LittleEndian.getInt(index, at + PackLayout.ENTRY_LENGTH_OFFSET));
            if (member.life < 0
                    || member.counter < 0
                    || member.offset != PackLayout.align(end)
                    || member.length < ExtentLayout.HEADER_BYTES
                    || member.length > indexOffset - member.offset) {
                throw where.damaged("member " + i + " of the pack contradicts its neighbours: " + member);
            }
            end = member.offset + member.length;
            index.position(at + PackLayout.ENTRY_TAIL_BYTES);
            members.add(member);
        }
        if (index.hasRemaining() || PackLayout.align(end) != indexOffset) {
            throw where.damaged("the pack's members end at " + end + " and its index of " + index.limit()
                    + " bytes has " + index.remaining() + " too many");
        }
        return members;
    }
}
