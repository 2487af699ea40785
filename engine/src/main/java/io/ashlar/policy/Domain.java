package io.ashlar.policy;

/**
 * Extents that may stand in for each other. Immutable.
 *
 * @param attributes what they are stored with
 * @param heir the domain that they are to be converted to, since no policy comes to this one any more; {@link #NO_HEIR} if one does
 */
public record Domain(Attributes attributes, int heir) {
    /** There is none. */
    public static final int NO_HEIR = -1;

    Domain withHeir(int newHeir) {
        return new Domain(attributes, newHeir);
    }
}
