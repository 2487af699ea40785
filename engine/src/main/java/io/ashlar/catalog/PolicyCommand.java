package io.ashlar.catalog;

import io.ashlar.format.CommandLayout;
import io.ashlar.format.PolicyLayout;
import io.ashlar.policy.Domain;
import io.ashlar.policy.Policy;
import io.ashlar.policy.PolicyCodec;
import io.ashlar.policy.PolicyTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Policies and domains have changed: all that differs between two tables of policies, in one record, so that no crash leaves a policy
 * without its domain.
 *
 * @param policies the policies that are new or different; empty where one is gone
 * @param domains the domains that are new or different
 */
public record PolicyCommand(SortedMap<String, Optional<Policy>> policies, SortedMap<Integer, Domain> domains)
        implements Command {

    /**
     * Tells what has changed.
     *
     * @param before what there was
     * @param after what there is
     * @return the command that makes the one of the other
     */
    public static PolicyCommand of(PolicyTable before, PolicyTable after) {
        SortedMap<String, Optional<Policy>> policies = new TreeMap<>();
        before.policies().keySet().forEach(name -> policies.put(name, Optional.empty()));
        after.policies().forEach((name, policy) -> policies.put(name, Optional.of(policy)));
        policies.entrySet()
                .removeIf(entry -> Objects.equals(
                        entry.getValue().orElse(null), before.policies().get(entry.getKey())));
        SortedMap<Integer, Domain> domains = new TreeMap<>(after.domains());
        domains.entrySet()
                .removeIf(entry -> entry.getValue().equals(before.domains().get(entry.getKey())));
        return new PolicyCommand(policies, domains);
    }

    @Override
    public int type() {
        return CommandLayout.POLICIES;
    }

    @Override
    public ByteBuffer encode() {
        ByteBuffer target = ByteBuffer.allocate(2 * Short.BYTES
                        + policies.size()
                                * (2 * Short.BYTES + PolicyLayout.MAX_NAME_BYTES + PolicyLayout.MAX_VALUE_BYTES)
                        + domains.size() * (2 * Short.BYTES + PolicyLayout.MAX_VALUE_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        target.putShort((short) policies.size()).putShort((short) domains.size());
        policies.forEach((name, policy) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            target.putShort((short) text.length).put(text);
            put(target, policy.map(PolicyCodec::encode).orElse(new byte[0]));
        });
        domains.forEach((number, domain) -> {
            target.putShort((short) number.intValue());
            put(target, PolicyCodec.encode(domain));
        });
        return target.flip();
    }

    private static void put(ByteBuffer target, byte[] value) {
        target.putShort((short) value.length).put(value);
    }

    /** Reads what follows the type. */
    static PolicyCommand decode(ByteBuffer source) {
        int policyCount = source.getShort() & 0xFFFF;
        int domainCount = source.getShort() & 0xFFFF;
        if (policyCount > PolicyLayout.MAX_POLICIES || domainCount > PolicyLayout.MAX_DOMAINS) {
            throw new IllegalArgumentException(policyCount + " policies, " + domainCount + " domains");
        }
        SortedMap<String, Optional<Policy>> policies = new TreeMap<>();
        for (int i = 0; i < policyCount; i++) {
            String name = Names.text(ByteBuffer.wrap(bytes(source, PolicyLayout.MAX_NAME_BYTES)));
            byte[] value = bytes(source, PolicyLayout.MAX_VALUE_BYTES);
            checkOrder(policies.isEmpty() || policies.lastKey().compareTo(name) < 0);
            policies.put(name, value.length == 0 ? Optional.empty() : Optional.of(PolicyCodec.decodePolicy(value)));
        }
        SortedMap<Integer, Domain> domains = new TreeMap<>();
        for (int i = 0; i < domainCount; i++) {
            int number = source.getShort() & 0xFFFF;
            if (number >= PolicyLayout.MAX_DOMAINS) {
                throw new IllegalArgumentException("domain " + number);
            }
            checkOrder(domains.isEmpty() || domains.lastKey() < number);
            domains.put(number, PolicyCodec.decodeDomain(bytes(source, PolicyLayout.MAX_VALUE_BYTES)));
        }
        return new PolicyCommand(policies, domains);
    }

    /** One change has one encoding. */
    private static void checkOrder(boolean ascending) {
        if (!ascending) {
            throw new IllegalArgumentException("policies or domains are not in order");
        }
    }

    private static byte[] bytes(ByteBuffer source, int most) {
        int length = source.getShort() & 0xFFFF;
        if (length > most || length > source.remaining()) {
            throw new IllegalArgumentException(length + " bytes of a policy");
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return bytes;
    }
}
