package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import org.jspecify.annotations.Nullable;

/** Names an extent in messages: its id as far as it is known, and where its bytes come from. Texts are made when needed. */
record Where(@Nullable ExtentId id, ExtentSource source) {

    String place() {
        return source.describe();
    }

    DamagedException damaged(String what) {
        return new DamagedException(damage(what));
    }

    DamagedException damaged(String what, Throwable cause) {
        return new DamagedException(damage(what), cause);
    }

    private String damage(String what) {
        return "extent " + name() + " in " + place() + " is damaged: " + what + "; read or restore another copy of it";
    }

    UnsupportedFormatException unsupported(String what) {
        return new UnsupportedFormatException("extent " + name() + " in " + place() + " has " + what
                + "; read it with a newer version of the engine");
    }

    private String name() {
        return id == null ? "of unknown id" : id.toString();
    }
}
