package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.format.CatalogLayout;
import io.ashlar.format.PolicyLayout;
import io.ashlar.policy.Domain;
import io.ashlar.policy.Policy;
import io.ashlar.policy.PolicyCodec;
import io.ashlar.policy.PolicyTable;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The policies in the catalog's state, put together once and again after each change: each put asks for them. Safe for use by many
 * threads.
 */
final class PolicyState {
    /** What was put together, and after how many changes. */
    private record Known(long change, PolicyTable table) {}

    private final StateMap state;
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Known known;

    PolicyState(StateMap state) {
        this.state = state;
    }

    /** A change is in the state now. */
    void changed() {
        changes.incrementAndGet();
    }

    PolicyTable get() throws IOException {
        Known present = known;
        if (present != null && present.change == changes.get()) {
            return present.table;
        }
        // A change while it is read makes this one stale, and the next who asks reads again.
        long change = changes.get();
        PolicyTable table = read();
        known = new Known(change, table);
        return table;
    }

    private PolicyTable read() throws IOException {
        SortedMap<String, Policy> policies = new TreeMap<>();
        SortedMap<Integer, Domain> domains = new TreeMap<>();
        try {
            for (Map.Entry<Key, byte[]> entry : family(CatalogLayout.POLICY, PolicyLayout.MAX_POLICIES + 1)) {
                policies.put(entry.getKey().name(), PolicyCodec.decodePolicy(entry.getValue()));
            }
            for (Map.Entry<Key, byte[]> entry : family(CatalogLayout.DOMAIN, PolicyLayout.MAX_DOMAINS)) {
                domains.put(entry.getKey().domainNumber(), PolicyCodec.decodeDomain(entry.getValue()));
            }
            return PolicyTable.of(policies, domains);
        } catch (IllegalArgumentException e) {
            throw new DamagedException(
                    "the policies in the catalog make no sense (" + e.getMessage() + "); run fsck", e);
        }
    }

    private Iterable<Map.Entry<Key, byte[]>> family(byte family, int most) throws IOException {
        return state.scan(Key.family(family), Key.family(family + 1), most);
    }
}
