package io.ashlar;

/** Is told how far something long has come, and may end it. Called on the thread that does the work. */
@FunctionalInterface
public interface ProgressListener {

    /** Listens to nothing and lets everything run to its end. */
    ProgressListener NONE = (phase, done, total) -> true;

    /**
     * Takes note.
     *
     * @param phase what is being done, in a word or two
     * @param done how much is done, in units of the phase
     * @param total how much there is to do, as far as known; 0 if unknown
     * @return whether to go on
     */
    boolean progress(String phase, long done, long total);
}
