package io.ashlar.pipeline;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.SparseContent;
import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An extent on its way into the store. Belongs to one stage at a time.
 *
 * <p>A task with a reference ({@code explicit}) leaves one behind that is durable. One without leaves the extent held in
 * memory instead: whoever asked for it must end the hold, once something else refers to the extent or is known never to.
 */
public final class PutTask {
    final ExtentKind kind;
    final int pageBytes;
    final @Nullable SparseContent sparse;
    final List<ExtentId> links;
    final boolean explicit;
    final Durability durability;
    final CompletableFuture<ExtentId> done = new CompletableFuture<>();

    /** The content, or its present pages. */
    ByteBuffer plain;

    /** The encoded extent, between the first stage and the record. */
    @Nullable
    ByteBuffer image;

    /** The image as it is stored, between sealing and the record; null if that is the image. */
    @Nullable
    ByteBuffer sealed;

    @Nullable
    SealBench bench;

    /** Where it belongs; null for the domain that every store begins with. */
    @Nullable
    StorageDomain domain;

    @Nullable
    ExtentId id;

    boolean storing;
    boolean holding;
    /** The object that this task has put, if any. */
    @Nullable
    String objectName;

    private PutTask(
            ExtentKind kind,
            int pageBytes,
            ByteBuffer plain,
            @Nullable SparseContent sparse,
            List<ExtentId> links,
            boolean explicit,
            Durability durability) {
        this.kind = kind;
        this.pageBytes = pageBytes;
        this.plain = plain;
        this.sparse = sparse;
        this.links = links;
        this.explicit = explicit;
        this.durability = durability;
    }

    /**
     * Makes a task out of bytes.
     *
     * @param kind what the content is
     * @param pageBytes the size of its pages
     * @param plain the content, from position to limit; must not change until the task is done
     * @param links what the content refers to; the caller holds all of it until the task is done
     * @param explicit whether to take a reference
     * @param durability when the task is done
     * @return the task
     */
    public static PutTask dense(
            ExtentKind kind,
            int pageBytes,
            ByteBuffer plain,
            List<ExtentId> links,
            boolean explicit,
            Durability durability) {
        return new PutTask(kind, pageBytes, plain, null, links, explicit, durability);
    }

    /**
     * Makes a task out of pages with holes between them, which takes a reference.
     *
     * @param content the pages; must not change until the task is done
     * @param pages their bytes
     * @param durability when the task is done
     * @return the task
     */
    public static PutTask sparse(SparseContent content, ByteBuffer pages, Durability durability) {
        return new PutTask(ExtentKind.DATA, content.pageBytes(), pages, content, List.of(), true, durability);
    }

    /**
     * Makes a task out of an extent that is there, to be stored anew. It takes no reference.
     *
     * @param kind what the content is
     * @param content its pages; must not change until the task is done
     * @param pages their bytes
     * @return the task
     */
    static PutTask again(ExtentKind kind, SparseContent content, ByteBuffer pages) {
        return new PutTask(kind, content.pageBytes(), pages, content, List.of(), false, Durability.SYNC);
    }

    /**
     * Stores it in a domain; without, it is stored in domain 0.
     *
     * @param newDomain which one
     * @return this
     */
    public PutTask in(StorageDomain newDomain) {
        domain = newDomain;
        return this;
    }

    /**
     * Completes with the extent's id when it is stored, or with a {@link io.ashlar.StorageException}.
     *
     * @return always the same future
     */
    public CompletableFuture<ExtentId> done() {
        return done;
    }

    /**
     * Tells how much content there is.
     *
     * @return the bytes of the pages that are present
     */
    public int presentBytes() {
        return plain.remaining();
    }

    /**
     * Takes a copy of the content, so that the caller may change its buffer.
     *
     * @param copy where it goes, from its position; {@link #presentBytes} of room; the task's until it is done
     */
    public void detach(ByteBuffer copy) {
        plain = copy.put(plain.duplicate()).flip();
    }

    /**
     * Tells how much room the image needs.
     *
     * @return the most bytes that it takes
     */
    public int maxImageBytes() {
        // Holes only take bits of the map: as many as there can be pages.
        return ExtentLayout.maxImageBytes(sparse == null ? plain.remaining() : sparse.plainBytes(), pageBytes);
    }

    /**
     * Gives the extent's id.
     *
     * @return the id, once the content is encoded; another one after a collision
     */
    public ExtentId id() {
        ExtentId present = id;
        if (present == null) {
            throw new IllegalStateException("the extent is not hashed yet");
        }
        return present;
    }

    /** What goes into the journal or a backend. */
    ByteBuffer stored() {
        ByteBuffer present = sealed;
        return present == null ? image() : present;
    }

    ByteBuffer image() {
        ByteBuffer present = image;
        if (present == null) {
            throw new IllegalStateException("the extent is not encoded yet");
        }
        return present;
    }
}
