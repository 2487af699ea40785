package io.ashlar.drive;

/**
 * What a drive says of itself. Immutable.
 *
 * @param number which of the map's drives it is
 * @param map all drives, as this one was last told
 */
record DriveIdentity(int number, DriveMap map) {

    /**
     * Checks that the map knows the drive.
     *
     * @throws IllegalArgumentException if it does not
     */
    public DriveIdentity {
        if (map.drive(number).isEmpty()) {
            throw new IllegalArgumentException("the map has no drive " + number);
        }
    }

    /**
     * The entry of this drive.
     *
     * @return what the map says of it
     */
    public DriveEntry self() {
        return map.drive(number).orElseThrow();
    }
}
