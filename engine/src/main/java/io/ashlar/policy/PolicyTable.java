package io.ashlar.policy;

import io.ashlar.Encryption;
import io.ashlar.PolicyNotFoundException;
import io.ashlar.StoragePolicy;
import io.ashlar.format.PolicyLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All policies of a store, and the domain that each of them comes to. Immutable; a change makes a new table, and what differs is
 * what the journal is told.
 *
 * <p>A domain that no policy comes to any more has an heir: the domain that the first of the policies that left it has come to since.
 */
public final class PolicyTable {
    /** The policy that all others inherit from. */
    public static final String ROOT = "";

    /** The domain of a store whose policies were never changed. */
    public static final int PLAIN_DOMAIN = 0;

    private static final int PARTS_MAX = 8;

    private final SortedMap<String, Policy> policies;
    private final SortedMap<Integer, Domain> domains;

    private PolicyTable(SortedMap<String, Policy> policies, SortedMap<Integer, Domain> domains) {
        this.policies = policies;
        this.domains = domains;
    }

    /**
     * Puts together what the catalog keeps.
     *
     * @param policies the policies that there are
     * @param domains the domains that there are
     * @return the table, to which the store's own policy and domain 0 are added where they were never changed
     * @throws IllegalArgumentException if a policy is in a domain that is not there, or a domain has an heir that is not
     */
    public static PolicyTable of(SortedMap<String, Policy> policies, SortedMap<Integer, Domain> domains) {
        SortedMap<String, Policy> allPolicies = new TreeMap<>(policies);
        SortedMap<Integer, Domain> allDomains = new TreeMap<>(domains);
        allPolicies.putIfAbsent(ROOT, new Policy(StoragePolicy.INHERITED, PLAIN_DOMAIN));
        allDomains.putIfAbsent(PLAIN_DOMAIN, new Domain(Attributes.PLAIN, Domain.NO_HEIR));
        allPolicies.forEach((name, policy) -> {
            if (!allDomains.containsKey(policy.domain())) {
                throw new IllegalArgumentException("policy '" + name + "' is in domain " + policy.domain());
            }
        });
        allDomains.forEach((number, domain) -> {
            if (domain.heir() != Domain.NO_HEIR && !allDomains.containsKey(domain.heir())) {
                throw new IllegalArgumentException("domain " + number + " has the heir " + domain.heir());
            }
        });
        return new PolicyTable(
                Collections.unmodifiableSortedMap(allPolicies), Collections.unmodifiableSortedMap(allDomains));
    }

    /**
     * Lists the policies.
     *
     * @return them, by name
     */
    public SortedMap<String, Policy> policies() {
        return policies;
    }

    /**
     * Lists the domains.
     *
     * @return them, by number
     */
    public SortedMap<Integer, Domain> domains() {
        return domains;
    }

    /**
     * Looks a policy up.
     *
     * @param name its name
     * @return the policy
     * @throws PolicyNotFoundException if there is none
     */
    public Policy policy(String name) {
        Policy policy = policies.get(name);
        if (policy == null) {
            throw new PolicyNotFoundException(
                    "there is no policy '" + name + "', only " + policies.keySet() + "; set it first");
        }
        return policy;
    }

    /**
     * Tells what a policy comes to.
     *
     * @param name its name
     * @return what it says and inherits; null is what nobody says
     * @throws PolicyNotFoundException if there is none
     */
    public StoragePolicy effective(String name) {
        StoragePolicy effective = policy(name).own();
        for (String above = name; !above.equals(ROOT); ) {
            above = above.substring(0, Math.max(0, above.lastIndexOf('/')));
            Policy parent = policies.get(above);
            effective = parent == null ? effective : effective.under(parent.own());
        }
        return effective;
    }

    /**
     * Looks a domain up.
     *
     * @param number its number
     * @return what its extents are stored with
     * @throws IllegalArgumentException if there is none of that number
     */
    public Attributes attributes(int number) {
        Domain domain = domains.get(number);
        if (domain == null) {
            throw new IllegalArgumentException("there is no domain " + number + " in the catalog; run fsck");
        }
        return domain.attributes();
    }

    /**
     * Follows the heirs of a domain.
     *
     * @param domain its number
     * @return the domain that its extents should be in: itself, if a policy comes to it
     */
    public int target(int domain) {
        int target = domain;
        // As many steps as there are domains suffice; more would be a circle, which no change makes.
        for (int steps = domains.size(); steps > 0; steps--) {
            Domain found = domains.get(target);
            if (found == null || found.heir() == Domain.NO_HEIR) {
                return target;
            }
            target = found.heir();
        }
        return target;
    }

    /**
     * Changes a policy.
     *
     * @param name its name
     * @param policy what it says; null to remove it
     * @param codecs gives the number of a codec by its name; throws {@link IllegalArgumentException} if there is none
     * @return the table after the change
     * @throws IllegalArgumentException if the name is none, the store's own policy is to be removed, or there would be too many
     *     policies or domains
     */
    public PolicyTable with(String name, @Nullable StoragePolicy policy, ToIntFunction<String> codecs) {
        checkName(name);
        SortedMap<String, Policy> after = new TreeMap<>(policies);
        if (policy == null) {
            if (name.equals(ROOT)) {
                throw new IllegalArgumentException(
                        "the store's own policy cannot be removed; let it say nothing instead");
            }
            after.remove(name);
        } else {
            after.put(name, new Policy(policy, PLAIN_DOMAIN));
        }
        if (after.size() > PolicyLayout.MAX_POLICIES) {
            throw new IllegalArgumentException("a store has at most " + PolicyLayout.MAX_POLICIES + " policies");
        }
        PolicyTable said = new PolicyTable(new TreeMap<>(after), domains);
        SortedMap<Integer, Domain> grown = new TreeMap<>(domains);
        after.replaceAll((each, changed) ->
                new Policy(changed.own(), domain(attributes(said.effective(each), codecs), grown)));
        inherit(after, grown);
        return of(after, grown);
    }

    private static Attributes attributes(StoragePolicy effective, ToIntFunction<String> codecs) {
        return new Attributes(
                effective.codec() == null ? 0 : codecs.applyAsInt(effective.codec()),
                effective.encryption() == null ? Encryption.NONE : effective.encryption(),
                effective.redundancy(),
                effective.tenant() == null ? "" : effective.tenant());
    }

    private static int domain(Attributes attributes, SortedMap<Integer, Domain> grown) {
        for (Map.Entry<Integer, Domain> each : grown.entrySet()) {
            if (each.getValue().attributes().equals(attributes)) {
                return each.getKey();
            }
        }
        int number = grown.lastKey() + 1;
        if (number >= PolicyLayout.MAX_DOMAINS) {
            throw new IllegalArgumentException(
                    "policies have had " + number + " different sets of attributes in all, and there cannot be more;"
                            + " take one of those that there were");
        }
        grown.put(number, new Domain(attributes, Domain.NO_HEIR));
        return number;
    }

    /** Says what becomes of extents whose domain has been left by the last of its policies. */
    private void inherit(SortedMap<String, Policy> after, SortedMap<Integer, Domain> grown) {
        grown.replaceAll((number, domain) -> {
            if (after.values().stream().anyMatch(policy -> policy.domain() == number)) {
                return domain.withHeir(Domain.NO_HEIR);
            }
            if (domain.heir() != Domain.NO_HEIR) {
                return domain;
            }
            for (Map.Entry<String, Policy> before : policies.entrySet()) {
                if (before.getValue().domain() == number) {
                    return domain.withHeir(nearest(before.getKey(), after).domain());
                }
            }
            return domain;
        });
    }

    /** A policy, or the first of those above it that is there. */
    private static Policy nearest(String name, SortedMap<String, Policy> among) {
        String above = name;
        Policy found = among.get(above);
        while (found == null) {
            above = above.substring(0, Math.max(0, above.lastIndexOf('/')));
            found = among.get(above);
        }
        return found;
    }

    /**
     * Checks a name.
     *
     * @param name of a policy
     * @throws IllegalArgumentException if no policy can have it
     */
    public static void checkName(String name) {
        if (name.equals(ROOT)) {
            return;
        }
        String[] parts = name.split("/", -1);
        boolean good = parts.length <= PARTS_MAX
                && name.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name)
                && name.getBytes(StandardCharsets.UTF_8).length <= PolicyLayout.MAX_NAME_BYTES;
        for (String part : parts) {
            good &= !part.isEmpty();
        }
        if (!good) {
            throw new IllegalArgumentException("the name of a policy has up to " + PARTS_MAX
                    + " parts with a slash between them, " + PolicyLayout.MAX_NAME_BYTES
                    + " bytes of UTF-8 in all, and no control characters, unlike '" + name + "'");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolicyTable table && policies.equals(table.policies) && domains.equals(table.domains);
    }

    @Override
    public int hashCode() {
        return 31 * policies.hashCode() + domains.hashCode();
    }
}
