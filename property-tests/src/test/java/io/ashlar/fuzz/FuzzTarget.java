package io.ashlar.fuzz;

import java.io.IOException;
import java.util.List;

/**
 * A decoder under test, with what it is tried on.
 *
 * @param name names it on the command line and the directory of its kept inputs
 * @param seeds inputs from which others are made; some are accepted
 * @param decoder calls it
 */
public record FuzzTarget(String name, List<byte[]> seeds, Decoder decoder) {

    /** Calls a decoder. */
    @FunctionalInterface
    public interface Decoder {
        /**
         * Tries an input. Whatever this throws is a finding: what the decoder may throw is caught inside.
         *
         * @param input any bytes; not changed
         * @return whether the decoder took it, rather than refused it as it should
         * @throws IOException is a finding too
         */
        boolean accepts(byte[] input) throws IOException;
    }
}
