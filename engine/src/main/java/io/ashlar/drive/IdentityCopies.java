package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.format.DriveLayout;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a drive says of itself. It says so twice: a drive of terabytes is not to be lost by one bit. */
final class IdentityCopies {
    /** The objects that the identity is in. */
    static final List<String> NAMES = List.of(DriveLayout.OBJECT_NAME, DriveLayout.SECOND_OBJECT_NAME);

    private IdentityCopies() {}

    /**
     * Reads the newer of those that are whole.
     *
     * @return null if there is none
     * @throws DamagedException if what there is is damaged
     * @throws IOException if it cannot be read
     */
    static @Nullable DriveIdentity newest(ExtentBackend backend, URI uri) throws IOException {
        DriveIdentity newest = null;
        DamagedException damage = null;
        for (String name : NAMES) {
            try {
                DriveIdentity each = read(backend, uri, name);
                if (each != null
                        && (newest == null
                                || each.map().version() > newest.map().version())) {
                    newest = each;
                }
            } catch (DamagedException e) {
                damage = e;
            }
        }
        if (newest == null && damage != null) {
            throw damage;
        }
        return newest;
    }

    /** Reads one of them; null if it is not there. */
    static @Nullable DriveIdentity read(ExtentBackend backend, URI uri, String name) throws IOException {
        Optional<ObjectStat> stat = backend.stat(name);
        if (stat.isEmpty()) {
            return null;
        }
        if (stat.get().sizeBytes() > DriveLayout.BYTES_MAX) {
            throw new DamagedException(
                    "the identity of the drive at " + uri + " has " + stat.get().sizeBytes() + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) stat.get().sizeBytes());
        backend.read(name, 0, bytes);
        return DriveIdentityCodec.decode(bytes.flip(), uri.toString());
    }
}
