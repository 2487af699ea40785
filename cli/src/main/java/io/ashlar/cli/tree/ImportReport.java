package io.ashlar.cli.tree;

import io.ashlar.ExtentId;
import java.util.List;

/**
 * What an import stored.
 *
 * @param root the object that holds the tree
 * @param files regular files stored
 * @param directories directories stored, the root included
 * @param symlinks symbolic links stored
 * @param bytes their contents together
 * @param unreadable files that should be there and are not
 * @param unreadableDescribed the first hundred of them, ready to print
 * @param changed files that changed or vanished while being read, or cannot be stored, such as sockets
 * @param changedDescribed the first hundred of them, ready to print
 */
public record ImportReport(
        ExtentId root,
        long files,
        long directories,
        long symlinks,
        long bytes,
        long unreadable,
        List<String> unreadableDescribed,
        long changed,
        List<String> changedDescribed) {}
