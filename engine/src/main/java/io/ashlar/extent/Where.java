package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnknownKeyException;
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

    UnsupportedFormatException unsupportedCodec(int code, String known) {
        return new UnsupportedFormatException("extent " + name() + " in " + place() + " is compressed by codec " + code
                + ", and this engine has only " + known + "; add the module that has it to the class path");
    }

    UnknownKeyException unknownKey(int keyId, String why) {
        return new UnknownKeyException(
                "extent " + name() + " in " + place() + " is encrypted under key " + Integer.toUnsignedString(keyId)
                        + ", and " + why + "; provide that key: nothing else opens it",
                keyId);
    }

    private String name() {
        return id == null ? "of unknown id" : id.toString();
    }
}
