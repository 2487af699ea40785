package io.ashlar.policy;

import io.ashlar.Encryption;
import io.ashlar.Redundancy;
import io.ashlar.StoragePolicy;
import io.ashlar.format.PolicyLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and writes policies and domains as {@link PolicyLayout} shows them. */
public final class PolicyCodec {
    private PolicyCodec() {}

    /**
     * Writes a policy.
     *
     * @param policy the policy
     * @return its bytes
     */
    public static byte[] encode(Policy policy) {
        StoragePolicy own = policy.own();
        ByteBuffer target = buffer().putShort((short) policy.domain());
        target.put((byte) ((own.codec() != null ? PolicyLayout.SAYS_CODEC : 0)
                | (own.encryption() != null ? PolicyLayout.SAYS_ENCRYPTION : 0)
                | (own.redundancy() != null ? PolicyLayout.SAYS_REDUNDANCY : 0)
                | (own.tenant() != null ? PolicyLayout.SAYS_TENANT : 0)));
        text(target, own.codec());
        if (own.encryption() != null) {
            target.put((byte) code(own.encryption()));
        }
        redundancy(target, own.redundancy());
        text(target, own.tenant());
        return bytes(target);
    }

    /**
     * Reads a policy.
     *
     * @param bytes as {@link #encode(Policy)} gave them
     * @return the policy
     * @throws IllegalArgumentException if they are none
     */
    public static Policy decodePolicy(byte[] bytes) {
        return decoded(bytes, source -> {
            int domain = source.getShort() & 0xFFFF;
            int says = source.get() & 0xFF;
            if (domain >= PolicyLayout.MAX_DOMAINS || says > 2 * PolicyLayout.SAYS_TENANT - 1) {
                throw new IllegalArgumentException("domain " + domain + ", parts " + says);
            }
            return new Policy(
                    new StoragePolicy(
                            says(says, PolicyLayout.SAYS_CODEC) ? text(source) : null,
                            says(says, PolicyLayout.SAYS_ENCRYPTION) ? encryption(source.get()) : null,
                            says(says, PolicyLayout.SAYS_REDUNDANCY) ? redundancy(source) : null,
                            says(says, PolicyLayout.SAYS_TENANT) ? text(source) : null),
                    domain);
        });
    }

    /**
     * Writes a domain.
     *
     * @param domain the domain
     * @return its bytes
     */
    public static byte[] encode(Domain domain) {
        Attributes attributes = domain.attributes();
        ByteBuffer target = buffer();
        target.putShort((short) (domain.heir() == Domain.NO_HEIR ? PolicyLayout.NO_HEIR : domain.heir()));
        target.put((byte) attributes.codec()).put((byte) code(attributes.encryption()));
        target.put((byte) (attributes.redundancy() != null ? PolicyLayout.SAYS_REDUNDANCY : 0));
        redundancy(target, attributes.redundancy());
        text(target, attributes.tenant());
        return bytes(target);
    }

    /**
     * Reads a domain.
     *
     * @param bytes as {@link #encode(Domain)} gave them
     * @return the domain
     * @throws IllegalArgumentException if they are none
     */
    public static Domain decodeDomain(byte[] bytes) {
        return decoded(bytes, source -> {
            int heir = source.getShort() & 0xFFFF;
            int codec = source.get() & 0xFF;
            Encryption encryption = encryption(source.get());
            int says = source.get();
            if ((heir != PolicyLayout.NO_HEIR && heir >= PolicyLayout.MAX_DOMAINS)
                    || (says & ~PolicyLayout.SAYS_REDUNDANCY) != 0) {
                throw new IllegalArgumentException("heir " + heir + ", parts " + says);
            }
            Redundancy redundancy = says == 0 ? null : redundancy(source);
            return new Domain(
                    new Attributes(codec, encryption, redundancy, text(source)),
                    heir == PolicyLayout.NO_HEIR ? Domain.NO_HEIR : heir);
        });
    }

    private static boolean says(int parts, int part) {
        return (parts & part) != 0;
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(PolicyLayout.MAX_VALUE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(ByteBuffer target) {
        byte[] bytes = new byte[target.position()];
        target.flip().get(bytes);
        return bytes;
    }

    private static void text(ByteBuffer target, @Nullable String text) {
        if (text != null) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            target.put((byte) bytes.length).put(bytes);
        }
    }

    private static String text(ByteBuffer source) {
        int length = source.get() & 0xFF;
        if (length > PolicyLayout.MAX_TEXT_BYTES || length > source.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes");
        }
        ByteBuffer text = source.slice(source.position(), length);
        source.position(source.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text that is not UTF-8", e);
        }
    }

    private static int code(Encryption encryption) {
        return switch (encryption) {
            case NONE -> 0;
            case RANDOM -> 1;
            case CONVERGENT -> 2;
        };
    }

    private static Encryption encryption(byte code) {
        return switch (code) {
            case 0 -> Encryption.NONE;
            case 1 -> Encryption.RANDOM;
            case 2 -> Encryption.CONVERGENT;
            default -> throw new IllegalArgumentException("encryption " + code);
        };
    }

    private static void redundancy(ByteBuffer target, @Nullable Redundancy redundancy) {
        if (redundancy != null) {
            target.put((byte) redundancy.dataShards());
            target.put((byte) redundancy.parityShards());
            target.put((byte) redundancy.quorum());
        }
    }

    private static Redundancy redundancy(ByteBuffer source) {
        return new Redundancy(source.get(), source.get(), source.get());
    }

    private interface Decoder<T> {
        T decode(ByteBuffer source);
    }

    private static <T> T decoded(byte[] bytes, Decoder<T> decoder) {
        ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            T value = decoder.decode(source);
            if (source.hasRemaining()) {
                throw new IllegalArgumentException(source.remaining() + " bytes too many");
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends early", e);
        }
    }
}
