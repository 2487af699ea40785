package io.ashlar.extent;

/** What an extent holds. */
public enum ExtentKind {
    /** Bytes of a user. */
    DATA(1, 'e'),
    /** The children of an object or tree: see {@link ExtentNode}. */
    NODE(2, 'n'),
    /** Images of small extents: see {@link PackBuilder}. */
    PACK(3, 'p'),
    /** Records of the catalog. */
    TABLE(4, 't'),
    /** What a checkpoint consists of. */
    MANIFEST(5, 'm');

    private static final ExtentKind[] KINDS = values();

    private final int code;
    private final char letter;

    ExtentKind(int code, char letter) {
        this.code = code;
        this.letter = letter;
    }

    /**
     * The number that stands for this kind in files.
     *
     * @return a stable number, 1 to 255
     */
    public int code() {
        return code;
    }

    /**
     * The letter with which names of objects of this kind begin.
     *
     * @return a stable letter
     */
    public char letter() {
        return letter;
    }

    /**
     * Finds a kind by its number.
     *
     * @param code the number in a file
     * @return the kind
     * @throws IllegalArgumentException if there is none of that number
     */
    public static ExtentKind ofCode(int code) {
        if (code < 1 || code > KINDS.length) {
            throw new IllegalArgumentException("no kind of extent has the number " + code);
        }
        return KINDS[code - 1];
    }
}
