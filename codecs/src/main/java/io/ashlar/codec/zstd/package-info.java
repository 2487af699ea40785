/**
 * Zstandard: one frame of RFC 8878 for each page. Entry point: {@link io.ashlar.codec.zstd.ZstdCodec}.
 *
 * <p>Reading: {@code ZstdDecompressor} takes frames and blocks apart, {@code LiteralsReader} and {@code SequencesReader} the two halves
 * of a block, with {@code HuffmanTable}, {@code FseTable} and {@code BitReader}. Writing: {@code ZstdCompressor} puts a frame together,
 * {@code MatchFinder} turns a page into sequences, {@code LiteralsWriter} and {@code SequencesWriter} encode them, with {@code
 * HuffmanCode}, {@code FseCode} and {@code BitWriter}. {@code SequenceCodes} holds the tables that both sides share.
 *
 * <p>Everything belongs to one thread and is used again from page to page.
 */
@NullMarked
package io.ashlar.codec.zstd;

import org.jspecify.annotations.NullMarked;
