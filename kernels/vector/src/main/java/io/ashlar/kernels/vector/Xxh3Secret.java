package io.ashlar.kernels.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The 192 bytes that the specification of XXH3 mixes in where the user gives no secret. Neither does the engine. */
final class Xxh3Secret {
    private static final long[] WORDS = {
        0xBE4BA423396CFEB8L, 0x1CAD21F72C81017CL, 0xDB979083E96DD4DEL, 0x1F67B3B7A4A44072L,
        0x78E5C0CC4EE679CBL, 0x2172FFCC7DD05A82L, 0x8E2443F7744608B8L, 0x4C263A81E69035E0L,
        0xCB00C391BB52283CL, 0xA32E531B8B65D088L, 0x4EF90DA297486471L, 0xD8ACDEA946EF1938L,
        0x3F349CE33F76FAA8L, 0x1D4F0BC7C7BBDCF9L, 0x3159B4CD4BE0518AL, 0x647378D9C97E9FC8L,
        0xC3EBD33483ACC5EAL, 0xEB6313FAFFA081C5L, 0x49DAF0B751DD0D17L, 0x9E68D429265516D3L,
        0xFCA1477D58BE162BL, 0xCE31D07AD1B8F88FL, 0x280416958F3ACB45L, 0x7E404BBBCAFBD7AFL,
    };
    private static final ByteBuffer BYTES = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);

    private Xxh3Secret() {}

    /** A copy of all of them. */
    static byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(WORDS.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(WORDS);
        return bytes.array();
    }

    /** Eight of them, as a little-endian number. */
    static long word(int at) {
        return BYTES.getLong(at);
    }
}
