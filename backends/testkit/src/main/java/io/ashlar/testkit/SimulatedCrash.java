package io.ashlar.testkit;

/**
 * The simulated machine stopped: thrown at the operation at which a {@link SimulatedDisk} was told to crash, and by each one
 * after it. An error, so that no handler of I/O failures takes it for one; without a stack trace, because a simulation
 * throws very many.
 */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1;

    /**
     * Says where the machine stopped.
     *
     * @param message the operation
     */
    public SimulatedCrash(String message) {
        super(message, null, false, false);
    }
}
