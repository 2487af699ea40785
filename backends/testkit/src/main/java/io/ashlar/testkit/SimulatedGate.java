package io.ashlar.testkit;

import java.io.IOException;

/**
 * What every operation of one simulated disk passes: here it is counted and observed, here the machine stops, and here
 * whoever goes on after that is turned away.
 */
final class SimulatedGate {

    /** What an operation does between being announced and being reported. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    private static final long NEVER = -1;

    SimulatedObserver observer = new SimulatedObserver() {};
    long operations;
    long crashBefore = NEVER;
    long crashAfter = NEVER;
    boolean dead;
    long refusals;

    void checkAlive(String path) {
        if (dead) {
            refusals++;
            throw new SimulatedCrash("the machine has stopped, and is asked for " + path);
        }
    }

    <T> T perform(SimulatedOperation.Kind kind, String path, Action<T> action) throws IOException {
        return perform(kind, path, "", 0, 0, action);
    }

    <T> T perform(SimulatedOperation.Kind kind, String path, String target, long offset, long length, Action<T> action)
            throws IOException {
        checkAlive(path);
        SimulatedOperation operation = new SimulatedOperation(kind, path, target, offset, length, ++operations);
        stopAt(crashBefore, operation);
        try {
            observer.before(operation);
            T result = settle(operation, action);
            stopAt(crashAfter, operation);
            return result;
        } catch (SimulatedCrash e) {
            dead = true;
            throw e;
        }
    }

    private <T> T settle(SimulatedOperation operation, Action<T> action) throws IOException {
        T result;
        try {
            result = action.run();
        } catch (IOException e) {
            observer.after(operation, e);
            stopAt(crashAfter, operation);
            throw e;
        }
        observer.after(operation, null);
        return result;
    }

    private void stopAt(long ordinal, SimulatedOperation operation) {
        if (operation.ordinal() == ordinal) {
            dead = true;
            throw new SimulatedCrash("at " + operation);
        }
    }
}
