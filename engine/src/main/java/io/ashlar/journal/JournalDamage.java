package io.ashlar.journal;

/**
 * Damage that {@link Journal#verify} found.
 *
 * @param segment the segment
 * @param offset where in its file, in bytes; zero for its header
 * @param sequence the first record that cannot be read
 * @param message what is wrong
 */
public record JournalDamage(long segment, long offset, long sequence, String message) {}
