package io.ashlar.cli.tree;

/**
 * What an export wrote.
 *
 * @param files regular files
 * @param directories directories, the root included
 * @param symlinks symbolic links
 * @param bytes the contents of the files together
 */
public record ExportReport(long files, long directories, long symlinks, long bytes) {}
