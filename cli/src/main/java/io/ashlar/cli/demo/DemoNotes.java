package io.ashlar.cli.demo;

import java.nio.charset.StandardCharsets;

/** The small notes that the demo stores one by one; both processes know what each must say. */
final class DemoNotes {
    private DemoNotes() {}

    static byte[] note(int number) {
        return ("Note " + number + ": what was acknowledged is there.\n").getBytes(StandardCharsets.UTF_8);
    }
}
