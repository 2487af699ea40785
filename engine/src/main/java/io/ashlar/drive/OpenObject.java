package io.ashlar.drive;

import io.ashlar.shard.ShardHead;
import io.ashlar.shard.Stripe;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What is known of an object that was read: its stripe, where its shards are, and those of their heads that were needed. */
final class OpenObject {
    private final Stripe stripe;
    private final AtomicReferenceArray<@Nullable ShardHead> heads;
    private volatile Placement placement;

    OpenObject(Stripe stripe, Placement placement) {
        this.stripe = stripe;
        this.placement = placement;
        heads = new AtomicReferenceArray<>(stripe.shape().shards());
    }

    Stripe stripe() {
        return stripe;
    }

    Placement placement() {
        return placement;
    }

    void placement(Placement newPlacement) {
        placement = newPlacement;
    }

    @Nullable
    ShardHead head(int shard) {
        return heads.get(shard);
    }

    void head(ShardHead head) {
        heads.set(head.shard(), head.with(stripe));
    }
}
