package io.ashlar.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What the inputs of decoders are made of. */
public final class Seeds {
    private Seeds() {}

    /** The golden bytes of that name, the same that the engine's own tests compare with. */
    public static byte[] golden(String name) {
        try (InputStream file = Seeds.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (file == null) {
                throw new IllegalArgumentException("no golden bytes are called " + name);
            }
            String hex = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parts, one after the other. */
    public static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    /** Bytes behind one that says what kind they are. */
    public static byte[] tagged(int tag, byte[] bytes) {
        return join(new byte[] {(byte) tag}, bytes);
    }

    /** The bytes of a text. */
    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is left of a buffer, copied; the buffer stays as it is. */
    public static byte[] rest(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
