package io.ashlar.format;

/**
 * How a manifest lies in bytes. Little-endian.
 *
 * <p>A manifest is one stream of bytes, cut into the images of one or more extents. Each image is filled with zeros to a
 * whole number of pages of {@value #PAGE_BYTES} bytes. The superblock names the first; every image names the next:
 *
 * <pre>
 *    0  u32  magic "AMF1"
 *    4  u16  version, {@value #VERSION}
 *    6  u16  zero
 *    8  u32  number of this image, from 0
 *   12  u32  images
 *   16  u32  bytes of the whole stream
 *   20  u32  CRC-32C of the whole stream
 *   24  u32  bytes of the stream in this image
 *   28  u16  bytes of the reference to the next image; 0 in the last
 *   30  u16  zero
 *   32       the reference, the part of the stream, zeros
 * </pre>
 *
 * <p>A <b>reference</b> to an object:
 *
 * <pre>
 *   u32    stored bytes
 *   u8     bytes of the name;  the name, ASCII
 *   bytes  extent id: number of the hash, hash, discriminator
 * </pre>
 *
 * <p>The <b>stream</b>:
 *
 * <pre>
 *   u64  life of the process that wrote it
 *   u64  replay from: segment of the journal
 *   u64  replay from: offset in that segment, in bytes
 *   u64  replay from: sequence number of the first record to be replayed
 *   u64  oldest segment of the journal that is still needed
 *   u64  number of the next object
 *   u64  when it was written, in milliseconds since the epoch of 1970
 *   u32  counters;  for each, in ascending order of the tags: u32 tag, u64 value
 *   u32  tables, the newest first;  for each:
 *          u32  parts;  for each, in ascending order of the keys:
 *                 reference to the extent
 *                 u32 entry pages, u32 index pages, u32 filter blocks, u32 entries, u32 tombstones
 *                 u16 bytes of the first key, the key;  u16 bytes of the last key, the key
 * </pre>
 *
 * <p>Tags that a reader does not know are kept as they are.
 */
public final class ManifestLayout {
    /** The size of a page of the extents that hold a manifest, in bytes. */
    public static final int PAGE_BYTES = 4096;
    /** "AMF1", read as a little-endian number. */
    public static final int MAGIC = 0x31464D41;
    /** The version that this engine writes. */
    public static final int VERSION = 1;
    /** The largest image, in bytes. */
    public static final int MAX_IMAGE_BYTES = 2 << 20;
    /** The most images of one manifest. */
    public static final int MAX_IMAGES = 256;

    /** Offset of the magic. */
    public static final int MAGIC_OFFSET = 0;
    /** Offset of the version. */
    public static final int VERSION_OFFSET = 4;
    /** Offset of the number of the image. */
    public static final int IMAGE_OFFSET = 8;
    /** Offset of the number of images. */
    public static final int IMAGES_OFFSET = 12;
    /** Offset of the length of the stream. */
    public static final int STREAM_BYTES_OFFSET = 16;
    /** Offset of the checksum of the stream. */
    public static final int STREAM_CRC_OFFSET = 20;
    /** Offset of the length of this image's part of the stream. */
    public static final int PART_BYTES_OFFSET = 24;
    /** Offset of the length of the reference to the next image. */
    public static final int NEXT_BYTES_OFFSET = 28;
    /** Offset of the reference to the next image. */
    public static final int HEADER_BYTES = 32;

    /** The most bytes that a reference takes: size, length of the name, name, id. */
    public static final int MAX_REFERENCE_BYTES = 4 + 1 + 200 + 34;

    /** The most counters. */
    public static final int MAX_COUNTERS = 1024;
    /** The most tables. */
    public static final int MAX_TABLES = 1024;

    private ManifestLayout() {}
}
