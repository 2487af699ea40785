package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.file.Path;

/** Something to be timed. */
public interface Contender {

    /** One round of it: files are made and thrown away outside the time measured. */
    interface Round extends AutoCloseable {

        /** Writes until the stopwatch has run out; called once. */
        void run(Stopwatch watch) throws Exception;

        @Override
        default void close() throws IOException {}
    }

    /** What it is called in the table. */
    String name();

    /** Bytes of payload an operation. */
    int operationBytes();

    /** The name of the contender that sets its limit; its own if it is one. */
    String limit();

    /** Prepares a round in an empty directory. */
    Round prepare(Path directory) throws IOException;
}
