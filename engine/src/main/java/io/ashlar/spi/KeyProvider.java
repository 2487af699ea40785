package io.ashlar.spi;

import java.io.IOException;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Knows the keys of a store. Safe for use by many threads; asked for every extent that is written or opened, so an answer must
 * come from memory. The engine derives what it encrypts with from these keys and never stores, logs or shows either.
 *
 * <p>Keys are 32 random bytes each, which {@link SecretKey#getEncoded} gives. They have numbers from 1 to 2<sup>32</sup> - 1, and
 * a number always stands for the same key.
 *
 * <p><b>Rotation</b>: let {@link #currentKeyId} be another one. New extents use it from then on; those that are there keep the key
 * that they were written with, which must stay known until the last of them has been written anew. A key that is forgotten
 * takes its extents with it.
 *
 * <p>The <b>identity key</b> does not take part in that: it must stay the same for as long as the store is there. Extents get
 * their ids by it, so that equal content is found to be there already; with another one nothing would be found, nor would any
 * id agree with its content. It opens nothing: who has it alone can tell whether the store holds a content that he knows.
 */
public interface KeyProvider {

    /**
     * Tells which key new extents are encrypted with.
     *
     * @return its number, not 0; as unsigned
     */
    int currentKeyId();

    /**
     * Finds a key.
     *
     * @param keyId its number, as unsigned
     * @return the key; empty if there is none of that number, which the engine turns into an {@link
     *     io.ashlar.UnknownKeyException} that names the extent
     * @throws IOException if it cannot be told just now, such as by a key server that does not answer
     */
    Optional<SecretKey> find(int keyId) throws IOException;

    /**
     * Gives the key by which content gets its id.
     *
     * @return always the same key
     * @throws IOException if it cannot be had just now
     */
    SecretKey identityKey() throws IOException;
}
