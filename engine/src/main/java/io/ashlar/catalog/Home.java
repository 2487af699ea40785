package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.journal.JournalPosition;

/** Where the bytes of an extent are. */
public sealed interface Home {

    /** In a record of the journal, until the next checkpoint packs them. */
    record InJournal(JournalPosition image) implements Home {}

    /** In an object of the backend that is the extent's own. */
    record OwnObject() implements Home {}

    /** Together with others in a pack. */
    record InPack(ExtentId pack, int offset) implements Home {}

    /** The home of all extents with an object of their own. */
    Home OWN_OBJECT = new OwnObject();
}
