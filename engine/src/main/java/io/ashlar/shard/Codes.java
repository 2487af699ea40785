package io.ashlar.shard;

import io.ashlar.erasure.ReedSolomonCode;
import io.ashlar.format.ShardLayout;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** One code for each shape that was ever asked for, so that all share the plans it remembers. Safe for use by many threads. */
final class Codes {
    private static final AtomicReferenceArray<ReedSolomonCode> CODES =
            new AtomicReferenceArray<>(ShardLayout.DATA_SHARDS_MAX * ShardLayout.PARITY_SHARDS_MAX);

    private Codes() {}

    static ReedSolomonCode of(int dataShards, int parityShards) {
        int slot = (dataShards - 1) * ShardLayout.PARITY_SHARDS_MAX + parityShards - 1;
        ReedSolomonCode code = CODES.get(slot);
        if (code == null) {
            code = new ReedSolomonCode(dataShards, parityShards);
            // Of two that come at once one is forgotten; they are equal.
            CODES.set(slot, code);
        }
        return code;
    }
}
