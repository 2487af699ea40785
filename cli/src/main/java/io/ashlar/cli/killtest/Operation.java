package io.ashlar.cli.killtest;

/**
 * One operation on the store, as a child announces it before it begins.
 *
 * @param number unique within a child
 * @param kind what it does
 * @param buffered whether its acknowledgement promises nothing about a crash yet
 * @param key of what content
 * @param name of which name; "-" if of none
 */
record Operation(long number, Kind kind, boolean buffered, int key, String name) {

    enum Kind {
        PUT,
        RETAIN,
        RELEASE,
        BIND,
        UNBIND,
        OBJECT
    }

    String line() {
        return "begin " + number + " " + kind + " " + buffered + " " + key + " " + name;
    }

    static Operation parse(String[] words) {
        return new Operation(
                Long.parseLong(words[1]),
                Kind.valueOf(words[2]),
                Boolean.parseBoolean(words[3]),
                Integer.parseInt(words[4]),
                words[5]);
    }

    /** By how much it changes the references that puts and retains took. */
    int references() {
        return switch (kind) {
            case PUT, RETAIN -> 1;
            case RELEASE -> -1;
            case BIND, UNBIND, OBJECT -> 0;
        };
    }
}
