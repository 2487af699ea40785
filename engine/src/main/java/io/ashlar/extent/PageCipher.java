package io.ashlar.extent;

import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.RawKey;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts and decrypts pages: AES-256-GCM as the JDK has it. The nonce is the number of the page, and each extent has a key of its
 * own; bound to each page are its extent's header, as far as its checksums, and the number once more. Not thread-safe; keep one a
 * thread. The JDK keeps the key that came last.
 */
final class PageCipher {
    private static final int NONCE_BYTES = 12;

    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] bound = new byte[ExtentKeys.BOUND_BYTES + Integer.BYTES];
    private Cipher cipher = newCipher();

    /**
     * Encrypts a page.
     *
     * @return how long it is then: as long as before, and the tag
     */
    int encrypt(RawKey key, byte[] header, int page, byte[] source, int length, byte[] target) {
        try {
            begin(Cipher.ENCRYPT_MODE, key, header, page);
            return cipher.doFinal(source, 0, length, target, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("page " + page + " could not be encrypted", e);
        }
    }

    /**
     * Decrypts a page.
     *
     * @param length of the page with its tag, which is the least that it may be
     * @return how long it is then
     * @throws AEADBadTagException if these are not the bytes that were encrypted there; the target's range is unspecified then
     */
    int decrypt(RawKey key, byte[] header, int page, byte[] source, int from, int length, byte[] target, int at)
            throws AEADBadTagException {
        try {
            begin(Cipher.DECRYPT_MODE, key, header, page);
            return cipher.doFinal(source, from, length, target, at);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("page " + page + " could not be decrypted", e);
        }
    }

    private void begin(int mode, RawKey key, byte[] header, int page) throws GeneralSecurityException {
        putInt(nonce, 0, page);
        GCMParameterSpec parameters = new GCMParameterSpec(8 * ExtentLayout.PAGE_TAG_BYTES, nonce);
        try {
            cipher.init(mode, key, parameters);
        } catch (InvalidAlgorithmParameterException e) {
            // The JDK refuses the key and nonce that came last. They come twice only where the very same page does,
            // since key and
            // nonce follow from it: convergent encryption of one small content, once more.
            cipher = newCipher();
            cipher.init(mode, key, parameters);
        }
        System.arraycopy(header, 0, bound, 0, ExtentKeys.BOUND_BYTES);
        putInt(bound, ExtentKeys.BOUND_BYTES, page);
        cipher.updateAAD(bound);
    }

    /** Little-endian. */
    private static void putInt(byte[] target, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            target[at + i] = (byte) (value >>> (8 * i));
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            throw new IllegalStateException("every JDK must have AES-GCM", e);
        }
    }
}
