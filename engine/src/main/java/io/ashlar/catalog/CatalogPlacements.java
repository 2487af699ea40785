package io.ashlar.catalog;

import io.ashlar.Durability;
import io.ashlar.drive.Placement;
import io.ashlar.drive.PlacementLog;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers placements in the catalog, by records of the journal. Safe for use by many threads.
 *
 * <p>Not those of tables and manifests: the catalog is made of these, and cannot tell where they are before it has read them. They
 * are looked for on all drives if they are not where they belong, and the next checkpoints write others.
 */
public final class CatalogPlacements implements PlacementLog {
    private final Catalog catalog;
    private final CommandPort port;
    private final Threads threads;
    private final long timeoutNanos;

    /**
     * Begins to remember.
     *
     * @param catalog holds placements
     * @param port takes records
     * @param threads waiting
     * @param timeoutMillis how long to wait for records to be durable
     */
    public CatalogPlacements(Catalog catalog, CommandPort port, Threads threads, long timeoutMillis) {
        this.catalog = catalog;
        this.port = port;
        this.threads = threads;
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    private static Optional<ObjectName> remembered(String object) {
        return ObjectName.parse(object)
                .filter(name -> name.kind() != ExtentKind.TABLE && name.kind() != ExtentKind.MANIFEST);
    }

    @Override
    public boolean remembers(String object) {
        return remembered(object).isPresent();
    }

    @Override
    public @Nullable Placement find(String object) throws IOException {
        ObjectName name = remembered(object).orElse(null);
        if (name == null || catalog.figure(Counters.Figure.PLACEMENTS) == 0) {
            return null;
        }
        return catalog.placement(name);
    }

    @Override
    public void record(String object, @Nullable Placement placement) throws IOException {
        ObjectName name = remembered(object).orElse(null);
        if (name != null) {
            // In the ring before whatever names the object, hence in the journal before it: nobody has to wait.
            CompletableFuture<Catalog.Outcome> unused =
                    port.submit(new Command.Place(name, placement), Durability.BUFFERED, true);
        }
    }

    @Override
    public List<Entry> list(String after, int limit) throws IOException {
        int life = 0;
        long counter = -1;
        if (!after.isEmpty()) {
            ObjectName last = ObjectName.parse(after)
                    .orElseThrow(() -> new IllegalArgumentException("no object is called " + after));
            life = last.life();
            counter = last.counter();
        }
        List<Entry> page = new ArrayList<>();
        for (PlacementTable.Entry entry : catalog.listings().placements(life, counter, limit)) {
            page.add(new Entry(entry.object().toString(), entry.placement()));
        }
        return page;
    }

    @Override
    public void force() throws IOException {
        CompletableFuture<Void> durable = port.control(() -> {});
        if (!threads.await(durable, timeoutNanos)) {
            throw new IOException(
                    "the journal did not become durable within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
        }
        try {
            durable.join();
        } catch (CompletionException e) {
            throw new IOException("the journal could not be made durable", e.getCause());
        }
    }
}
