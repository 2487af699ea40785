package io.ashlar.drive;

/** What the store wants of a drive. Whether it delivers is another matter: see {@code DriveHealth}. */
public enum DriveRole {
    /** Takes shards. */
    ACTIVE(1),
    /** Takes none any more; those that it holds are moved away. */
    DRAINING(2),
    /** Holds nothing that is needed. Its number is never given to another. */
    REMOVED(3);

    private static final DriveRole[] ROLES = values();

    private final int code;

    DriveRole(int code) {
        this.code = code;
    }

    /**
     * The number that stands for this role in files.
     *
     * @return a stable number
     */
    public int code() {
        return code;
    }

    /**
     * Finds a role by its number.
     *
     * @param code the number in a file
     * @return the role
     * @throws IllegalArgumentException if there is none of that number
     */
    public static DriveRole ofCode(int code) {
        if (code < 1 || code > ROLES.length) {
            throw new IllegalArgumentException("no role of a drive has the number " + code);
        }
        return ROLES[code - 1];
    }
}
