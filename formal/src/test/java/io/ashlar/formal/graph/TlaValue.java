package io.ashlar.formal.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads values as TLC prints them. A number becomes an {@link Integer}, a truth value a {@link Boolean}, a string a {@link
 * String}, a model value a {@link Model}, a sequence or tuple a {@link List}, a set a {@link Set}, a function or record a
 * {@link Map}; a record's keys are strings, as in TLA+. What cannot change can be shared.
 *
 * <p>TLC prints a function whose domain is 1..n as a sequence, the empty one too, so that equal values are equal here.
 */
public final class TlaValue {
    /**
     * A model value.
     *
     * @param name its name
     */
    public record Model(String name) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final String text;
    private int at;

    private TlaValue(String text) {
        this.text = text;
    }

    /**
     * Reads a value.
     *
     * @param text the whole of it
     * @return the value
     * @throws IllegalArgumentException if it is not one
     */
    public static Object parse(String text) {
        TlaValue parser = new TlaValue(text);
        Object value = parser.value();
        parser.expectEnd();
        return value;
    }

    /**
     * Reads a state: one line for each variable, as {@code /\ x = 1}.
     *
     * @param text the whole of it
     * @return the variables' values by name, in the order of the text
     * @throws IllegalArgumentException if it is not one
     */
    public static Map<String, Object> parseState(String text) {
        TlaValue parser = new TlaValue(text);
        Map<String, Object> variables = new LinkedHashMap<>();
        do {
            parser.takes("/\\");
            String name = parser.word();
            parser.expect("=");
            variables.put(name, parser.value());
        } while (parser.hasMore());
        return Collections.unmodifiableMap(variables);
    }

    /**
     * Writes a value so that equal values give equal texts, whatever order their parts were given in.
     *
     * @param value as {@link #parse} gives them
     * @return the text; close to what TLC prints, but for people to read, not for it
     */
    public static String canonical(Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof List<?> list) {
            text.append("<<");
            String between = "";
            for (Object element : list) {
                text.append(between);
                write(element, text);
                between = ",";
            }
            text.append(">>");
        } else if (value instanceof Set<?> set) {
            String[] elements = new String[set.size()];
            int i = 0;
            for (Object element : set) {
                elements[i++] = canonical(element);
            }
            writeSorted('{', elements, '}', text);
        } else if (value instanceof Map<?, ?> map) {
            String[] pairs = new String[map.size()];
            int i = 0;
            for (Map.Entry<?, ?> pair : map.entrySet()) {
                StringBuilder one = new StringBuilder();
                write(pair.getKey(), one);
                write(pair.getValue(), one.append(':'));
                pairs[i++] = one.toString();
            }
            writeSorted('[', pairs, ']', text);
        } else if (value instanceof String string) {
            text.append('"');
            for (int i = 0; i < string.length(); i++) {
                char c = string.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\');
                }
                text.append(c);
            }
            text.append('"');
        } else {
            text.append(value);
        }
    }

    private static void writeSorted(char begin, String[] parts, char end, StringBuilder text) {
        Arrays.sort(parts);
        text.append(begin);
        for (int i = 0; i < parts.length; i++) {
            text.append(i == 0 ? "" : ",").append(parts[i]);
        }
        text.append(end);
    }

    private Object value() {
        if (takes("<<")) {
            List<Object> elements = new ArrayList<>();
            while (!takes(">>")) {
                if (!elements.isEmpty()) {
                    expect(",");
                }
                elements.add(value());
            }
            return Collections.unmodifiableList(elements);
        }
        if (takes("{")) {
            Set<Object> elements = new LinkedHashSet<>();
            while (!takes("}")) {
                if (!elements.isEmpty()) {
                    expect(",");
                }
                elements.add(value());
            }
            return Collections.unmodifiableSet(elements);
        }
        if (takes("[")) {
            return record();
        }
        if (takes("(")) {
            return function();
        }
        if (takes("\"")) {
            return string();
        }
        return atom();
    }

    private Map<Object, Object> record() {
        Map<Object, Object> fields = new LinkedHashMap<>();
        do {
            String name = word();
            expect("|->");
            fields.put(name, value());
        } while (takes(","));
        expect("]");
        return Collections.unmodifiableMap(fields);
    }

    private Map<Object, Object> function() {
        Map<Object, Object> pairs = new LinkedHashMap<>();
        do {
            Object argument = value();
            expect(":>");
            pairs.put(argument, value());
        } while (takes("@@"));
        expect(")");
        return Collections.unmodifiableMap(pairs);
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        for (; at < text.length() && text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c == '\\' && ++at < text.length()) {
                c = switch (text.charAt(at)) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'f' -> '\f';
                    default -> text.charAt(at);
                };
            }
            string.append(c);
        }
        // Not expect(): blanks before the quote belong to the string.
        at++;
        if (at > text.length()) {
            throw wrong("the end of a string");
        }
        return string.toString();
    }

    private Object atom() {
        boolean negative = takes("-");
        String word = word();
        if (word.equals("TRUE") || word.equals("FALSE")) {
            return word.equals("TRUE");
        }
        if (!Character.isDigit(word.charAt(0))) {
            return new Model(word);
        }
        int number = number(word, negative);
        if (!takes("..")) {
            return number;
        }
        boolean negativeEnd = takes("-");
        int end = number(word(), negativeEnd);
        Set<Object> range = new LinkedHashSet<>();
        for (int i = number; i <= end; i++) {
            range.add(i);
        }
        return Collections.unmodifiableSet(range);
    }

    private int number(String digits, boolean negative) {
        try {
            return Integer.parseInt(negative ? "-" + digits : digits);
        } catch (NumberFormatException e) {
            throw wrong("a number");
        }
    }

    private String word() {
        skipBlanks();
        int begin = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (at == begin) {
            throw wrong("a word");
        }
        return text.substring(begin, at);
    }

    private boolean takes(String symbol) {
        skipBlanks();
        if (!text.startsWith(symbol, at)) {
            return false;
        }
        at += symbol.length();
        return true;
    }

    private void expect(String symbol) {
        if (!takes(symbol)) {
            throw wrong(symbol);
        }
    }

    private boolean hasMore() {
        skipBlanks();
        return at < text.length();
    }

    private void expectEnd() {
        if (hasMore()) {
            throw wrong("the end");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(expected + " expected at " + at + " of: " + text);
    }
}
