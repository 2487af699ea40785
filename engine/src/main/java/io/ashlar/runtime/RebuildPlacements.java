package io.ashlar.runtime;

import io.ashlar.drive.Placement;
import io.ashlar.drive.PlacementLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers no placements, as nobody can before there is a catalog; but lets objects be put. A rebuild puts tables and manifests alone,
 * whose placements nobody ever remembers.
 */
final class RebuildPlacements implements PlacementLog {
    @Override
    public boolean remembers(String object) {
        return false;
    }

    @Override
    public @Nullable Placement find(String object) {
        return null;
    }

    @Override
    public void record(String object, @Nullable Placement placement) {
        // Looked for on all drives by whoever reads it, if it is not where it belongs.
    }

    @Override
    public List<Entry> list(String after, int limit) {
        return List.of();
    }

    @Override
    public void force() {
        // Nothing was recorded.
    }
}
