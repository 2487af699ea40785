package io.ashlar.fuzz;

import io.ashlar.backend.local.LocalFuzzing;
import io.ashlar.catalog.CatalogFuzzing;
import io.ashlar.catalog.anchor.SuperblockFuzzing;
import io.ashlar.catalog.table.TableFuzzing;
import io.ashlar.codec.CodecFuzzing;
import io.ashlar.drive.DriveFuzzing;
import io.ashlar.extent.ExtentFuzzing;
import io.ashlar.journal.JournalFuzzing;
import io.ashlar.shard.ShardFuzzing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Every decoder there is. A new one goes into one of these lists. */
final class FuzzTargets {
    private FuzzTargets() {}

    static List<FuzzTarget> all() throws IOException {
        List<FuzzTarget> all = new ArrayList<>();
        all.addAll(ExtentFuzzing.targets());
        all.addAll(ShardFuzzing.targets());
        all.addAll(CatalogFuzzing.targets());
        all.addAll(TableFuzzing.targets());
        all.addAll(SuperblockFuzzing.targets());
        all.addAll(JournalFuzzing.targets());
        all.addAll(LocalFuzzing.targets());
        all.addAll(CodecFuzzing.targets());
        all.addAll(DriveFuzzing.targets());
        return all;
    }

    static FuzzTarget named(String name) throws IOException {
        for (FuzzTarget target : all()) {
            if (target.name().equals(name)) {
                return target;
            }
        }
        throw new IllegalArgumentException("no decoder is called " + name);
    }
}
