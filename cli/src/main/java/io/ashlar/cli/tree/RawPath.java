package io.ashlar.cli.tree;

import io.ashlar.cli.SafeText;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A path or a part of one as the bytes that the file system holds, whatever character set the JVM believes in. Immutable;
 * ordered by unsigned bytes.
 *
 * <p>The JDK shows the bytes of a {@link Path} only in one place, its URI, so that is the way in and out for names that are
 * not plain ASCII.
 */
public final class RawPath implements Comparable<RawPath> {
    /** The empty path. */
    public static final RawPath EMPTY = new RawPath(new byte[0]);

    private final byte[] bytes;

    private RawPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a path from text.
     *
     * @param text the path
     * @return the bytes of its UTF-8
     */
    public static RawPath of(String text) {
        return new RawPath(text.getBytes(StandardCharsets.UTF_8));
    }

    static RawPath readFrom(ByteBuffer source, int length) {
        if (length == 0) {
            return EMPTY;
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return new RawPath(bytes);
    }

    /** The last component of a path. */
    static RawPath nameOf(Path path) {
        Path name = path.getFileName();
        if (name == null) {
            return EMPTY;
        }
        String text = name.toString();
        if (ascii(text)) {
            return of(text);
        }
        byte[] all = decoded(path.toUri().getRawPath());
        int end = all[all.length - 1] == '/' ? all.length - 1 : all.length;
        int start = end;
        while (start > 0 && all[start - 1] != '/') {
            start--;
        }
        return new RawPath(Arrays.copyOfRange(all, start, end));
    }

    /** What a symbolic link points to. */
    static RawPath ofLink(Path target) {
        String text = target.toString();
        if (ascii(text)) {
            return of(text);
        }
        List<RawPath> names = new ArrayList<>();
        for (int i = 0; i < target.getNameCount(); i++) {
            names.add(nameOf(target.getName(i)));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < names.size(); i++) {
            if (i > 0 || target.isAbsolute()) {
                out.write('/');
            }
            out.writeBytes(names.get(i).bytes);
        }
        return new RawPath(out.toByteArray());
    }

    /** This path below a directory; must have been checked to be relative and without dots. */
    Path under(Path directory) {
        if (bytes.length == 0) {
            return directory;
        }
        return plain() ? directory.resolve(text()) : directory.resolve(relative());
    }

    /** This path as the target of a symbolic link. */
    Path asLink() {
        if (plain()) {
            return Path.of(text());
        }
        return bytes[0] == '/' ? Path.of(URI.create("file://" + encoded())) : relative();
    }

    private Path relative() {
        Path absolute = Path.of(URI.create("file:///" + encoded()));
        return absolute.subpath(0, absolute.getNameCount());
    }

    RawPath child(RawPath name) {
        if (bytes.length == 0) {
            return name;
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.bytes.length);
        joined[bytes.length] = '/';
        System.arraycopy(name.bytes, 0, joined, bytes.length + 1, name.bytes.length);
        return new RawPath(joined);
    }

    /** The components of the path, empty ones included: {@code a//b} has three. */
    List<RawPath> components() {
        List<RawPath> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                parts.add(new RawPath(Arrays.copyOfRange(bytes, start, i)));
                start = i + 1;
            }
        }
        return parts;
    }

    boolean contains(int value) {
        for (byte b : bytes) {
            if (b == value) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return bytes.length;
    }

    void writeTo(ByteBuffer target) {
        target.put(bytes);
    }

    /**
     * Shows the path, safe to print on a terminal.
     *
     * @return the path, with control characters and bytes that are no UTF-8 escaped
     */
    public String display() {
        return SafeText.of(bytes);
    }

    /**
     * Gives the path as text.
     *
     * @return the bytes read as UTF-8
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private boolean plain() {
        for (byte b : bytes) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c > 0 && c < 0x80);
    }

    private String encoded() {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            boolean unreserved = b == '/' || (b > 0 && Character.isLetterOrDigit(b));
            if (unreserved) {
                text.append((char) b);
            } else {
                text.append('%').append(String.format("%02X", b & 0xFF));
            }
        }
        return text.toString();
    }

    private static byte[] decoded(String rawPath) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                out.write(Integer.parseInt(rawPath, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    @Override
    public int compareTo(RawPath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return display();
    }
}
