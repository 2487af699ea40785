package io.ashlar.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Makes text that somebody else chose safe to print on one line of a terminal. */
public final class SafeText {
    private SafeText() {}

    /**
     * Escapes what would not stay on its line or would change how other text looks: control and format characters, line
     * separators, lone surrogates, and the backslash itself.
     *
     * @param text any text
     * @return the text on one line
     */
    public static String of(String text) {
        if (text.chars().allMatch(c -> c >= 0x20 && c < 0x7F && c != '\\')) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    /**
     * Escapes like {@link #of(String)}.
     *
     * @param bytes text in UTF-8; every byte that does not belong to it is shown as {@code \xHH}
     * @return the text on one line
     */
    public static String of(byte[] bytes) {
        StringBuilder safe = new StringBuilder();
        int at = 0;
        while (at < bytes.length) {
            int length = sequence(bytes, at);
            if (length == 0) {
                safe.append(String.format("\\x%02X", bytes[at] & 0xFF));
                at++;
            } else {
                append(safe, new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0));
                at += length;
            }
        }
        return safe.toString();
    }

    /** How many bytes the character at {@code at} has; 0 if there is none. */
    private static int sequence(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
            return length;
        } catch (CharacterCodingException e) {
            return 0;
        }
    }

    private static void append(StringBuilder safe, int c) {
        switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            case '\\' -> safe.append("\\\\");
            default -> {
                switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.UNASSIGNED -> safe.append(String.format("\\u%04X", c));
                    default -> safe.appendCodePoint(c);
                }
            }
        }
    }
}
