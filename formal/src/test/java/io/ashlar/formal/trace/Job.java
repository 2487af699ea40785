package io.ashlar.formal.trace;

import org.jspecify.annotations.Nullable;

/** A put, retain or bind under way, as the specification has it. */
final class Job {
    final String writer;
    final String extent;

    /** As in the specification: {@code storing}, {@code held}, {@code stored} or {@code hard}. */
    String stage;

    /** The copy it is storing, and that copy's physical name. */
    @Nullable
    String copy;

    @Nullable
    String objectName;

    Job(String writer, String extent, String stage) {
        this.writer = writer;
        this.extent = extent;
        this.stage = stage;
    }
}
