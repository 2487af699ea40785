package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.DriveLayout;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns identities of drives into bytes and back. */
final class DriveIdentityCodec {
    private static final int DRIVE_BYTES = 4 + 3 * 8 + 1 + 1 + 2;
    private static final int EPOCH_BYTES = 4 + 8 + 2;
    private static final int MEMBER_BYTES = 4 + 8;

    private DriveIdentityCodec() {}

    static ByteBuffer encode(DriveIdentity identity) {
        DriveMap map = identity.map();
        int size = size(map);
        if (size > DriveLayout.BYTES_MAX) {
            throw new IllegalArgumentException("a map of drives of " + size + " bytes; it may have "
                    + DriveLayout.BYTES_MAX + ". Drives have been changed too often");
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(DriveLayout.MAGIC)
                .putShort((short) DriveLayout.VERSION)
                .putShort((short) map.drives().size())
                .putInt(size)
                .putInt(identity.number())
                .putLong(map.storeIdHigh())
                .putLong(map.storeIdLow())
                .putLong(map.version())
                .putInt(map.epochs().size())
                .putInt(map.log().size());
        for (DriveEntry drive : map.drives()) {
            byte[] domain = drive.domain().getBytes(StandardCharsets.UTF_8);
            byte[] uri = drive.uri().toString().getBytes(StandardCharsets.UTF_8);
            bytes.putInt(drive.number())
                    .putLong(drive.idHigh())
                    .putLong(drive.idLow())
                    .putLong(drive.weight())
                    .put((byte) drive.role().code())
                    .put((byte) domain.length)
                    .putShort((short) uri.length)
                    .put(domain)
                    .put(uri);
        }
        for (PlacementEpoch epoch : map.epochs()) {
            bytes.putInt(epoch.life()).putLong(epoch.counter()).putShort((short)
                    epoch.members().size());
            for (PlacementEpoch.Member member : epoch.members()) {
                bytes.putInt(member.number()).putLong(member.weight());
            }
        }
        map.log().forEach(bytes::putInt);
        bytes.putInt(Crc32c.of(bytes, 0, bytes.position()));
        return bytes.flip();
    }

    private static int size(DriveMap map) {
        long size = DriveLayout.HEADER_BYTES + Integer.BYTES;
        for (DriveEntry drive : map.drives()) {
            size += DRIVE_BYTES
                    + drive.domain().getBytes(StandardCharsets.UTF_8).length
                    + drive.uri().toString().getBytes(StandardCharsets.UTF_8).length;
        }
        for (PlacementEpoch epoch : map.epochs()) {
            size += EPOCH_BYTES + (long) MEMBER_BYTES * epoch.members().size();
        }
        size += (long) Integer.BYTES * map.log().size();
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    /**
     * Reads an identity.
     *
     * @param source all of it, from position to limit
     * @param where it was found, for messages
     * @throws DamagedException if it is damaged, or none at all
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     */
    static DriveIdentity decode(ByteBuffer source, String where) {
        ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < DriveLayout.HEADER_BYTES + Integer.BYTES || bytes.getInt(0) != DriveLayout.MAGIC) {
            throw damaged(where, "it does not begin like one", null);
        }
        int end = bytes.limit() - Integer.BYTES;
        if (bytes.getInt(DriveLayout.BYTES_OFFSET) != bytes.limit() || bytes.getInt(end) != Crc32c.of(bytes, 0, end)) {
            throw damaged(where, "it does not match its checksum", null);
        }
        int version = Short.toUnsignedInt(bytes.getShort(DriveLayout.VERSION_OFFSET));
        if (version > DriveLayout.VERSION) {
            throw new UnsupportedFormatException("the identity of the drive at " + where + " has version " + version
                    + "; this engine reads versions up to " + DriveLayout.VERSION
                    + ". Nothing was changed: open the store with a newer engine");
        }
        try {
            DriveIdentity identity = new DriveIdentity(bytes.getInt(DriveLayout.NUMBER_OFFSET), map(bytes.limit(end)));
            // One identity has one form: whatever else is in there was not written by this version.
            if (!encode(identity).equals(bytes.clear())) {
                throw new IllegalArgumentException("there is more in it than it says");
            }
            return identity;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw damaged(where, "it matches its checksum but makes no sense: " + e.getMessage(), e);
        }
    }

    private static DriveMap map(ByteBuffer bytes) {
        int driveCount = Short.toUnsignedInt(bytes.getShort(DriveLayout.DRIVES_OFFSET));
        int epochCount = bytes.getInt(DriveLayout.EPOCHS_OFFSET);
        int logCount = bytes.getInt(DriveLayout.LOG_OFFSET);
        if (driveCount > DriveLayout.DRIVES_MAX
                || epochCount < 0
                || epochCount > DriveLayout.EPOCHS_MAX
                || logCount < 0
                || logCount > driveCount) {
            throw new IllegalArgumentException(
                    driveCount + " drives, " + epochCount + " epochs, and " + logCount + " drives with the journal");
        }
        bytes.position(DriveLayout.HEADER_BYTES);
        List<DriveEntry> drives = new ArrayList<>(driveCount);
        for (int i = 0; i < driveCount; i++) {
            drives.add(drive(bytes));
        }
        List<PlacementEpoch> epochs = new ArrayList<>(epochCount);
        for (int i = 0; i < epochCount; i++) {
            epochs.add(epoch(bytes));
        }
        List<Integer> log = new ArrayList<>(logCount);
        for (int i = 0; i < logCount; i++) {
            log.add(bytes.getInt());
        }
        return new DriveMap(
                bytes.getLong(DriveLayout.STORE_ID_HIGH_OFFSET),
                bytes.getLong(DriveLayout.STORE_ID_LOW_OFFSET),
                bytes.getLong(DriveLayout.MAP_VERSION_OFFSET),
                drives,
                epochs,
                log);
    }

    private static DriveEntry drive(ByteBuffer bytes) {
        int number = bytes.getInt();
        long idHigh = bytes.getLong();
        long idLow = bytes.getLong();
        long weight = bytes.getLong();
        DriveRole role = DriveRole.ofCode(bytes.get());
        int domainBytes = Byte.toUnsignedInt(bytes.get());
        int uriBytes = Short.toUnsignedInt(bytes.getShort());
        String domain = text(bytes, domainBytes);
        try {
            return new DriveEntry(number, idHigh, idLow, new URI(text(bytes, uriBytes)), domain, weight, role);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URI of drive " + number + " is none", e);
        }
    }

    private static PlacementEpoch epoch(ByteBuffer bytes) {
        int life = bytes.getInt();
        long counter = bytes.getLong();
        int count = Short.toUnsignedInt(bytes.getShort());
        if (count > DriveLayout.MEMBERS_MAX) {
            throw new IllegalArgumentException("an epoch of " + count + " members");
        }
        List<PlacementEpoch.Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new PlacementEpoch.Member(bytes.getInt(), bytes.getLong()));
        }
        return new PlacementEpoch(life, counter, members);
    }

    private static String text(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw new IllegalArgumentException(
                    "a text of " + length + " bytes where " + bytes.remaining() + " are left");
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text that is not UTF-8", e);
        }
    }

    private static DamagedException damaged(String where, String why, @Nullable Exception cause) {
        String message = "the identity of the drive at " + where + " is damaged: " + why
                + ". The other drives know it: replace the drive, or write its identity anew";
        return cause == null ? new DamagedException(message) : new DamagedException(message, cause);
    }
}
