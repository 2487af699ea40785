package io.ashlar.extent;

import io.ashlar.Encryption;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.PageCodec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the pages of extents are stored: by which codec, and encrypted or not. Immutable; as thread-safe as its key provider.
 *
 * @param codec what makes pages smaller
 * @param encryption how they are encrypted
 * @param keys what they are encrypted with; there if they are
 */
public record ExtentEncoding(
        PageCodec codec, Encryption encryption, @Nullable KeyProvider keys) {

    /** Pages are stored as they are. */
    public static final ExtentEncoding PLAIN = new ExtentEncoding(NoCodec.INSTANCE, Encryption.NONE, null);

    /**
     * Checks that there are keys if they are needed.
     *
     * @param codec what makes pages smaller
     * @param encryption how they are encrypted
     * @param keys what they are encrypted with; there if they are
     * @throws IllegalArgumentException if pages are to be encrypted without keys
     */
    public ExtentEncoding {
        Objects.requireNonNull(codec, "codec");
        if (encryption != Encryption.NONE && keys == null) {
            throw new IllegalArgumentException(encryption + " encryption needs a key provider");
        }
    }

    /**
     * Compresses only.
     *
     * @param codec by what
     * @return the encoding
     */
    public static ExtentEncoding compressed(PageCodec codec) {
        return new ExtentEncoding(codec, Encryption.NONE, null);
    }

    /**
     * Compresses and encrypts.
     *
     * @param codec by what to compress; {@code none} not to
     * @param encryption how to encrypt
     * @param keys under which keys
     * @return the encoding
     */
    public static ExtentEncoding encrypted(PageCodec codec, Encryption encryption, KeyProvider keys) {
        return new ExtentEncoding(codec, encryption, keys);
    }

    /**
     * Tells whether pages are stored as they are.
     *
     * @return whether there is neither codec nor cipher
     */
    public boolean isPlain() {
        return codec.code() == ExtentLayout.CODEC_NONE && encryption == Encryption.NONE;
    }

    /**
     * Tells how large a buffer must be to hold an image.
     *
     * @param plainBytes the logical length of the content, 0 to 2 MiB
     * @param pageBytes the page size
     * @return the most bytes that the image can have
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public int maxImageBytes(int plainBytes, int pageBytes) {
        return ExtentLayout.maxImageBytes(plainBytes, pageBytes, cipher());
    }

    int cipher() {
        return encryption == Encryption.NONE ? ExtentLayout.CIPHER_NONE : ExtentLayout.CIPHER_AES_256_GCM;
    }
}
