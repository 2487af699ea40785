package io.ashlar.simulation;

/** What an engine is doing when something happens to it. */
enum Activity {
    OPENING("opening"),
    PUTTING("putting"),
    COMMITTING("committing"),
    ROLLING("rolling"),
    CHECKPOINTING("checkpt"),
    PACKING("packing"),
    COLLECTING("sweeping"),
    SEARCHING("orphans"),
    READING("reading"),
    CLOSING("closing"),
    CALLING("calling");

    final String heading;

    Activity(String heading) {
        this.heading = heading;
    }
}
