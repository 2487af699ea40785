package io.ashlar.drive;

import io.ashlar.format.DriveLayout;
import io.ashlar.spi.Entropy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A drive, as the map of drives tells of it. Immutable.
 *
 * @param number from 1 on; stands for the drive in records, and is never given to another. A replacement takes over the number
 * @param idHigh first half of the drive's id, which is random; a replacement has another one
 * @param idLow second half
 * @param uri where its backend is
 * @param domain what fails together: shards are spread over as many domains as there are. By default each drive is a domain of its
 *     own. Never changes, and a replacement has the same, since objects are found again by it
 * @param weight its share of the data in relation to others, such as its capacity in bytes; positive
 * @param role what the store wants of it
 */
record DriveEntry(int number, long idHigh, long idLow, URI uri, String domain, long weight, DriveRole role) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the number or weight is not positive, or URI or domain are too long or empty
     */
    public DriveEntry {
        if (number < 1) {
            throw new IllegalArgumentException("drives are counted from 1, not " + number);
        }
        if (weight < 1) {
            throw new IllegalArgumentException("the weight of drive " + number + " is positive, not " + weight);
        }
        check("domain", domain, DriveLayout.DOMAIN_BYTES_MAX);
        check("URI", uri.toString(), DriveLayout.URI_BYTES_MAX);
    }

    /** A drive that has not been in the store, with an id of its own; an empty domain stands for one of its own, too. */
    static DriveEntry fresh(int number, URI uri, String domain, long weight, Entropy entropy) {
        return new DriveEntry(
                number,
                entropy.nextLong(),
                entropy.nextLong(),
                place(uri),
                domain.isEmpty() ? "drive-" + number : domain,
                weight,
                DriveRole.ACTIVE);
    }

    private static void check(String what, String value, int bytesMax) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > bytesMax) {
            throw new IllegalArgumentException(
                    "the " + what + " of a drive has 1 to " + bytesMax + " bytes in UTF-8, not " + bytes);
        }
    }

    /**
     * This drive in another role.
     *
     * @param newRole the role
     * @return the changed entry
     */
    public DriveEntry withRole(DriveRole newRole) {
        return new DriveEntry(number, idHigh, idLow, uri, domain, weight, newRole);
    }

    /** This drive found somewhere else. */
    DriveEntry at(URI newUri) {
        return new DriveEntry(number, idHigh, idLow, newUri, domain, weight, role);
    }

    /** A place as it is compared and remembered: a directory that is there has a slash at its end, one that is not has none. */
    static URI place(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") && !text.endsWith(":///") ? URI.create(text.substring(0, text.length() - 1)) : uri;
    }

    /** Whether it is not a replacement. */
    boolean isSameDrive(DriveEntry other) {
        return number == other.number && idHigh == other.idHigh && idLow == other.idLow;
    }
}
