package io.ashlar.catalog;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.StorageException;
import io.ashlar.format.PolicyLayout;
import io.ashlar.policy.Attributes;
import io.ashlar.policy.Domain;
import io.ashlar.policy.PolicyTable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells which domains extents belong in whose catalog is lost, out of what they show: how they are compressed, encrypted and spread.
 * Whose they are they do not show. So if the store is known to have had tenants, an extent is nobody's until a checkpoint has told:
 * in a domain that no policy can come to, since what is one tenant's must not stand in for what is another's.
 *
 * <p>Domains that a checkpoint knew are taken over before the first extent is asked about. For one thread.
 */
final class FoundDomains {
    private record Shape(int dataShards, int parityShards) {}

    private final @Nullable Redundancy usual;
    private final SortedMap<Integer, Domain> domains = new TreeMap<>();

    /** Domains that extents were given for what they show. */
    private final Set<Integer> shown = new HashSet<>();

    /** How policies spread extents otherwise than the store does. */
    private final Set<Shape> asked = new HashSet<>();

    private String tenant = "";

    /** Begins with domain 0 alone. */
    FoundDomains(@Nullable Redundancy usual) {
        this.usual = usual;
        domains.put(PolicyTable.PLAIN_DOMAIN, new Domain(Attributes.PLAIN, Domain.NO_HEIR));
    }

    /** Takes a domain of a checkpoint over. */
    void adopt(int number, Domain domain) {
        domains.put(number, domain);
        Redundancy redundancy = domain.attributes().redundancy();
        if (redundancy != null) {
            asked.add(shape(redundancy));
        }
        if (!domain.attributes().tenant().isEmpty()) {
            tenant = Attributes.UNKNOWN_TENANT;
        }
    }

    private static Shape shape(Redundancy redundancy) {
        return new Shape(redundancy.dataShards(), redundancy.parityShards());
    }

    private @Nullable Shape shapeOf(@Nullable Redundancy redundancy) {
        Redundancy spread = redundancy == null ? usual : redundancy;
        return spread == null ? null : shape(spread);
    }

    /** The domain of an extent that shows this; a new one, of the next number, if there is none like it. */
    int of(CatalogBuilder.Traits traits) {
        int number = find(traits, true);
        if (number < 0) {
            number = domains.lastKey() + 1;
            if (number < PolicyLayout.MAX_DOMAINS) {
                domains.put(number, new Domain(attributes(traits), Domain.NO_HEIR));
            } else {
                number = find(traits, false);
            }
        }
        if (number < 0) {
            throw new StorageException("there is no number left for a domain of extents that are stored as "
                    + attributes(traits) + "; nothing was changed");
        }
        shown.add(number);
        return number;
    }

    /** What a domain's number stands for. */
    Domain domain(int number) {
        Domain domain = domains.get(number);
        if (domain == null) {
            throw new IllegalArgumentException("nobody knows domain " + number);
        }
        return domain;
    }

    private int find(CatalogBuilder.Traits traits, boolean exactly) {
        for (Map.Entry<Integer, Domain> each : domains.entrySet()) {
            Attributes attributes = each.getValue().attributes();
            if (attributes.isEncrypted() == traits.encrypted()
                    && isSpread(attributes.redundancy(), traits.redundancy())
                    && (!exactly
                            || (attributes.codec() == traits.codec()
                                    && attributes.tenant().equals(tenant)))) {
                return each.getKey();
            }
        }
        return -1;
    }

    private boolean isSpread(@Nullable Redundancy wanted, @Nullable Redundancy found) {
        Shape shape = shapeOf(wanted);
        return shape == null || shape.equals(shapeOf(found));
    }

    private Attributes attributes(CatalogBuilder.Traits traits) {
        return new Attributes(
                traits.codec(),
                traits.encrypted() ? Encryption.RANDOM : Encryption.NONE,
                isSpread(null, traits.redundancy()) ? null : traits.redundancy(),
                tenant);
    }

    /** The domain of a child that is not there: that of its parent, if its id is of that sort. */
    int ofLost(ExtentId child, int parent) {
        boolean encrypted = child.hash() == ExtentId.Hash.HMAC_SHA_256;
        Attributes attributes = domain(parent).attributes();
        return attributes.isEncrypted() == encrypted
                ? parent
                : of(new CatalogBuilder.Traits(attributes.codec(), encrypted, attributes.redundancy()));
    }

    /**
     * The domain of an extent of which a checkpoint knew one.
     *
     * @param entry as it was found
     * @param former the domain that it had
     * @return that one, unless the copy that was found is a later one that is stored otherwise, or that was known before
     */
    int recall(ExtentEntry entry, int former) {
        Domain known = domains.get(former);
        if (known == null || !shown.contains(entry.domain())) {
            return entry.domain();
        }
        Attributes shows = domain(entry.domain()).attributes();
        boolean alike = known.attributes().isEncrypted() == shows.isEncrypted()
                && isSpreadAsBefore(known.attributes().redundancy(), shows.redundancy());
        return entry.isLost() || alike ? former : entry.domain();
    }

    /** A store may have been opened with another redundancy before, which no policy asked for. */
    private boolean isSpreadAsBefore(@Nullable Redundancy wanted, @Nullable Redundancy found) {
        return isSpread(wanted, found) || (wanted == null && found != null && !asked.contains(shape(found)));
    }
}
