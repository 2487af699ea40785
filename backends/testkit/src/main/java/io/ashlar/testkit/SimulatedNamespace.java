package io.ashlar.testkit;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a simulated disk, with the entry operations that no force has made durable yet.
 *
 * <ol>
 *   <li>An operation sets one entry, or two at once if it is a rename. It survives a crash whole or not at all.
 *   <li>It can only survive together with all earlier operations on the same entries; operations on different entries are
 *       independent. The removal of a directory also needs all earlier operations inside it.
 *   <li>A force of a directory makes the operations on its entries durable, and with them those they depend on. A rename
 *       between two directories needs both forces; until then its fate is open as a whole.
 * </ol>
 */
final class SimulatedNamespace {

    /** The name of an entry within its directory. Directories have no equality but identity, which is what is wanted. */
    private record Slot(SimulatedDirectory directory, String name) {}

    private static final class Effect {
        final Slot slot;
        final @Nullable SimulatedNode node;
        boolean forced;

        Effect(SimulatedDirectory directory, String name, @Nullable SimulatedNode node) {
            this.slot = new Slot(directory, name);
            this.node = node;
        }

        void applyTo(Map<String, SimulatedNode> entries) {
            if (node == null) {
                entries.remove(slot.name);
            } else {
                entries.put(slot.name, node);
            }
        }
    }

    /** What happened to one entry or two, and the directory that it removed, if any. */
    private record Operation(List<Effect> effects, @Nullable SimulatedDirectory removed) {
        boolean isForced() {
            return effects.stream().allMatch(effect -> effect.forced);
        }
    }

    private final SimulatedDirectory root;
    private final List<Operation> pending = new ArrayList<>();

    SimulatedNamespace() {
        this(new SimulatedDirectory());
    }

    private SimulatedNamespace(SimulatedDirectory root) {
        this.root = root;
    }

    /** The names on the way to a path. Relative paths begin at the root, whatever the process's working directory. */
    static List<String> names(Path path) {
        List<String> names = new ArrayList<>(6);
        String whole = path.toString();
        int end;
        for (int begin = 0; begin <= whole.length(); begin = end + 1) {
            end = whole.indexOf(path.getFileSystem().getSeparator(), begin);
            end = end < 0 ? whole.length() : end;
            String text = whole.substring(begin, end);
            if (text.equals("..")) {
                if (!names.isEmpty()) {
                    names.remove(names.size() - 1);
                }
            } else if (!text.isEmpty() && !text.equals(".")) {
                names.add(text);
            }
        }
        return names;
    }

    @Nullable
    SimulatedNode find(Path path) {
        SimulatedNode node = root;
        for (String name : names(path)) {
            node = node instanceof SimulatedDirectory directory ? directory.live.get(name) : null;
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    SimulatedDirectory directory(Path path) throws FileSystemException {
        SimulatedNode node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (node instanceof SimulatedDirectory directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    /** Adds a file; nothing may be there, but its directory must. */
    void create(Path path, SimulatedInode inode) throws FileSystemException {
        Slot slot = slot(path);
        if (slot.directory.live.containsKey(slot.name)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        inode.linked = true;
        perform(new Operation(List.of(new Effect(slot.directory, slot.name, inode)), null));
    }

    /** Renames a file; returns the one that it replaced. */
    Optional<SimulatedInode> rename(Path from, Path to) throws FileSystemException {
        Slot source = slot(from);
        Slot target = slot(to);
        SimulatedNode moved = source.directory.live.get(source.name);
        SimulatedNode replaced = target.directory.live.get(target.name);
        if (moved == null) {
            throw new NoSuchFileException(from.toString());
        }
        if (!(moved instanceof SimulatedInode) || replaced instanceof SimulatedDirectory) {
            throw new FileSystemException(from.toString(), to.toString(), "is a directory");
        }
        if (moved == replaced) {
            return Optional.empty();
        }
        perform(new Operation(
                List.of(
                        new Effect(target.directory, target.name, moved),
                        new Effect(source.directory, source.name, null)),
                null));
        return unlink(replaced);
    }

    /** Removes a file or an empty directory; returns the file, if it was one. */
    Optional<SimulatedInode> delete(Path path) throws FileSystemException {
        Slot slot = slot(path);
        SimulatedNode node = slot.directory.live.get(slot.name);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        SimulatedDirectory removed = node instanceof SimulatedDirectory directory ? directory : null;
        if (removed != null && !removed.live.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        perform(new Operation(List.of(new Effect(slot.directory, slot.name, null)), removed));
        return unlink(node);
    }

    private static Optional<SimulatedInode> unlink(@Nullable SimulatedNode node) {
        if (node instanceof SimulatedInode inode) {
            inode.linked = false;
            return Optional.of(inode);
        }
        return Optional.empty();
    }

    /** Adds what is missing of a chain of directories, durably. */
    void createDirectories(Path path) throws FileSystemException {
        SimulatedDirectory at = root;
        for (String name : names(path)) {
            SimulatedNode next = at.live.get(name);
            if (next == null) {
                next = new SimulatedDirectory();
                Operation made = new Operation(List.of(new Effect(at, name, next)), null);
                perform(made);
                made.effects.forEach(effect -> effect.forced = true);
            }
            if (!(next instanceof SimulatedDirectory directory)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            at = directory;
        }
        settleForced();
    }

    void force(SimulatedDirectory directory) {
        for (Operation operation : pending) {
            for (Effect effect : operation.effects) {
                effect.forced |= effect.slot.directory == directory;
            }
        }
        settleForced();
    }

    /** A force that fails: some of the operations are durable, and no later force makes the others so. */
    void failForce(SimulatedDirectory directory, SimulatedRandom random) {
        List<Operation> concerned = pending.stream()
                .filter(operation -> operation.effects.stream().anyMatch(effect -> effect.slot.directory == directory))
                .toList();
        List<Operation> kept = survivors(() -> random.nextBoolean());
        for (Operation operation : concerned) {
            if (kept.contains(operation)) {
                operation.effects.forEach(effect -> effect.forced = true);
            }
        }
        settleForced();
        pending.removeAll(concerned);
    }

    boolean hasUnforced() {
        return !pending.isEmpty();
    }

    private Slot slot(Path path) throws FileSystemException {
        List<String> names = names(path);
        if (names.isEmpty()) {
            throw new FileSystemException(path.toString(), null, "is the root");
        }
        SimulatedNode node = root;
        for (String name : names.subList(0, names.size() - 1)) {
            node = node instanceof SimulatedDirectory directory ? directory.live.get(name) : null;
        }
        if (node instanceof SimulatedDirectory directory) {
            return new Slot(directory, names.get(names.size() - 1));
        }
        throw new NoSuchFileException(path.toString());
    }

    private void perform(Operation operation) {
        operation.effects.forEach(effect -> effect.applyTo(effect.slot.directory.live));
        pending.add(operation);
    }

    /** Makes durable what was forced and whatever that depends on, found from the newest back to the oldest. */
    private void settleForced() {
        Set<Slot> needed = new HashSet<>();
        Set<SimulatedDirectory> removed = new HashSet<>();
        List<Operation> settled = new ArrayList<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Operation operation = pending.get(i);
            boolean isNeeded = operation.isForced()
                    || operation.effects.stream()
                            .anyMatch(
                                    effect -> needed.contains(effect.slot) || removed.contains(effect.slot.directory));
            if (isNeeded) {
                operation.effects.forEach(effect -> needed.add(effect.slot));
                if (operation.removed != null) {
                    removed.add(operation.removed);
                }
                settled.add(operation);
            }
        }
        for (int i = settled.size() - 1; i >= 0; i--) {
            settled.get(i).effects.forEach(effect -> effect.applyTo(effect.slot.directory.durable));
        }
        pending.removeAll(settled);
    }

    /** Draws which of the pending operations survive, in order. */
    private List<Operation> survivors(BooleanSupplier fate) {
        Set<Slot> cut = new HashSet<>();
        Set<SimulatedDirectory> cutInside = new HashSet<>();
        List<Operation> kept = new ArrayList<>();
        for (Operation operation : pending) {
            boolean possible = operation.effects.stream().noneMatch(effect -> cut.contains(effect.slot))
                    && (operation.removed == null || !cutInside.contains(operation.removed));
            if (possible && fate.getAsBoolean()) {
                kept.add(operation);
            } else {
                for (Effect effect : operation.effects) {
                    cut.add(effect.slot);
                    cutInside.add(effect.slot.directory);
                }
            }
        }
        return kept;
    }

    /** The directories after a power loss. */
    SimulatedNamespace crashed(SimulatedFate fate) {
        IdentityHashMap<SimulatedDirectory, List<Effect>> surviving = new IdentityHashMap<>();
        for (Operation operation : survivors(fate.names())) {
            for (Effect effect : operation.effects) {
                surviving
                        .computeIfAbsent(effect.slot.directory, key -> new ArrayList<>())
                        .add(effect);
            }
        }
        return new SimulatedNamespace(crashed(root, surviving, fate));
    }

    private static SimulatedDirectory crashed(
            SimulatedDirectory before,
            IdentityHashMap<SimulatedDirectory, List<Effect>> surviving,
            SimulatedFate fate) {
        SimulatedDirectory after = new SimulatedDirectory();
        after.live.putAll(before.durable);
        for (Effect effect : surviving.getOrDefault(before, List.of())) {
            effect.applyTo(after.live);
        }
        after.live.replaceAll((name, node) -> node instanceof SimulatedDirectory directory
                ? crashed(directory, surviving, fate)
                : ((SimulatedInode) node).crashed(name, fate));
        after.durable.putAll(after.live);
        return after;
    }

    /** The same directories, for a disk of its own. */
    SimulatedNamespace fork() {
        IdentityHashMap<SimulatedNode, SimulatedNode> copies = new IdentityHashMap<>();
        SimulatedNamespace fork = new SimulatedNamespace(copyOf(root, copies));
        for (Operation operation : pending) {
            List<Effect> effects = new ArrayList<>(operation.effects.size());
            for (Effect effect : operation.effects) {
                SimulatedNode node = effect.node == null ? null : copyOf(effect.node, copies);
                Effect copy = new Effect(copyOf(effect.slot.directory, copies), effect.slot.name, node);
                copy.forced = effect.forced;
                effects.add(copy);
            }
            SimulatedDirectory removed = operation.removed == null ? null : copyOf(operation.removed, copies);
            fork.pending.add(new Operation(effects, removed));
        }
        return fork;
    }

    private static SimulatedDirectory copyOf(
            SimulatedDirectory directory, IdentityHashMap<SimulatedNode, SimulatedNode> copies) {
        if (copies.get(directory) instanceof SimulatedDirectory copied) {
            return copied;
        }
        SimulatedDirectory copy = new SimulatedDirectory();
        copies.put(directory, copy);
        directory.live.forEach((name, node) -> copy.live.put(name, copyOf(node, copies)));
        directory.durable.forEach((name, node) -> copy.durable.put(name, copyOf(node, copies)));
        return copy;
    }

    private static SimulatedNode copyOf(SimulatedNode node, IdentityHashMap<SimulatedNode, SimulatedNode> copies) {
        if (node instanceof SimulatedDirectory directory) {
            return copyOf(directory, copies);
        }
        return copies.computeIfAbsent(node, key -> ((SimulatedInode) key).fork());
    }

    /** A hash of the names and contents of the files that processes see. */
    long fingerprint() {
        return fingerprint(root);
    }

    private static long fingerprint(SimulatedDirectory directory) {
        long hash = 1;
        for (Map.Entry<String, SimulatedNode> entry : directory.live.entrySet()) {
            hash = SimulatedRandom.mix(hash ^ entry.getKey().hashCode(), 1);
            hash ^= entry.getValue() instanceof SimulatedDirectory below
                    ? fingerprint(below)
                    : ((SimulatedInode) entry.getValue()).fingerprint();
            hash = SimulatedRandom.mix(hash, 1);
        }
        return hash;
    }

    /** Visits the files that processes see, in the order of their paths. */
    void forEachFile(BiConsumer<String, SimulatedInode> visitor) {
        visit("", root, visitor);
    }

    private static void visit(String prefix, SimulatedDirectory directory, BiConsumer<String, SimulatedInode> visitor) {
        directory.live.forEach((name, node) -> {
            if (node instanceof SimulatedDirectory below) {
                visit(prefix + "/" + name, below, visitor);
            } else {
                visitor.accept(prefix + "/" + name, (SimulatedInode) node);
            }
        });
    }
}
