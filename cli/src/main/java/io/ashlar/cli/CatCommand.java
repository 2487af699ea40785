package io.ashlar.cli;

import io.ashlar.StorageEngine;
import io.ashlar.cli.tree.RawPath;
import io.ashlar.cli.tree.TreeEntry;
import io.ashlar.cli.tree.TreeObject;
import java.io.BufferedOutputStream;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes one file of a stored tree to standard output. */
@Command(name = "cat", description = "Writes one file of a stored tree to standard output.")
final class CatCommand extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NAME|ID", description = "The tree.")
    private String name;

    @Parameters(index = "1", paramLabel = "PATH", description = "The file, as 'ashlar ls NAME' shows it.")
    private String path;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.READ);
                TreeObject tree = new TreeObject(engine.extents(), find(engine, name))) {
            RawPath wanted = RawPath.of(path);
            AtomicReference<TreeEntry> found = new AtomicReference<>();
            tree.forEach(entry -> {
                if (entry.path().equals(wanted) || entry.path().display().equals(path)) {
                    found.set(entry);
                }
            });
            TreeEntry entry = found.get();
            if (entry == null) {
                throw new PathNotFoundException(
                        "'" + name + "' has no file " + path + "; 'ashlar ls " + name + "' lists them");
            }
            if (entry.kind() != TreeEntry.Kind.FILE) {
                throw new PathNotFoundException(path + " of '" + name + "' is no regular file");
            }
            BufferedOutputStream out = new BufferedOutputStream(System.out);
            tree.copy(entry, out);
            out.flush();
        }
        return ExitCode.OK;
    }
}
