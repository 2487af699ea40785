package io.ashlar.runtime;

import io.ashlar.ProgressListener;
import io.ashlar.ReencodeReport;
import io.ashlar.StoragePolicy;
import io.ashlar.StorePolicies;
import io.ashlar.catalog.Catalog;
import io.ashlar.policy.PolicyTable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The policies of a store; refuses to change them. */
class ReadablePolicies implements StorePolicies {
    private final Catalog catalog;

    ReadablePolicies(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Refuses once the store is closed. */
    void checkOpen() {}

    final PolicyTable table() {
        checkOpen();
        return Errors.typed("read the policies", catalog::policies);
    }

    @Override
    public SortedMap<String, StoragePolicy> list() {
        SortedMap<String, StoragePolicy> own = new TreeMap<>();
        table().policies().forEach((name, policy) -> own.put(name, policy.own()));
        return Collections.unmodifiableSortedMap(own);
    }

    @Override
    public StoragePolicy effective(String name) {
        return table().effective(name);
    }

    private static IllegalStateException readOnly() {
        return new IllegalStateException("the store is open for reading only");
    }

    @Override
    public void set(String name, StoragePolicy policy) {
        throw readOnly();
    }

    @Override
    public boolean remove(String name) {
        throw readOnly();
    }

    @Override
    public ReencodeReport reencode(long maxBytesPerSecond, ProgressListener listener) {
        throw readOnly();
    }
}
