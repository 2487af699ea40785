package io.ashlar.runtime;

import io.ashlar.DriveSettings;
import io.ashlar.ScrubReport;
import io.ashlar.drive.DriveStore;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs the drives now and then without anybody asking. An interval counts from the beginning of one scrub to that of the next, and
 * from the first time that the store is open; a deep scrub is a shallow one as well. One that was interrupted, by the end of the process
 * too, goes on where it was.
 *
 * <p>Step-able: one object a step. Its caller sees to it that no other scrub runs meanwhile, and that one thread at a time is in here.
 */
final class ScrubSchedule {
    private static final System.Logger LOG = System.getLogger(ScrubSchedule.class.getName());

    /** So much of the work is done again after a crash. */
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Begins a scrub. */
    @FunctionalInterface
    interface Scrubber {
        DriveStore.Walk begin(String after, boolean deep) throws IOException;
    }

    private final ScrubFile file;
    private final Scrubber scrubber;
    private final DriveSettings settings;
    private final Clock clock;

    private ScrubFile.@Nullable Content content;
    private DriveStore.@Nullable Walk walk;
    private long savedAtNanos;
    private long notBeforeNanos;

    ScrubSchedule(ScrubFile file, Scrubber scrubber, DriveSettings settings, Clock clock) {
        this.file = file;
        this.scrubber = scrubber;
        this.settings = settings;
        this.clock = clock;
        notBeforeNanos = clock.nanoTime();
    }

    /** Looks at one object if a scrub is under way or due; returns whether that was so. */
    boolean step() {
        if (walk == null && clock.nanoTime() - notBeforeNanos < 0) {
            return false;
        }
        try {
            DriveStore.Walk going = walk == null ? begin() : walk;
            if (going == null) {
                return false;
            }
            walk = going;
            if (!going.step()) {
                end(going.report(true));
            } else if (clock.nanoTime() - savedAtNanos >= SAVE_NANOS) {
                save();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a scrub of the drives is later: {0}", e.getMessage());
            save();
            walk = null;
            notBeforeNanos = clock.nanoTime() + RETRY_NANOS;
            return false;
        }
    }

    private DriveStore.@Nullable Walk begin() throws IOException {
        ScrubFile.Content known = content();
        ScrubFile.Running running = known.running();
        if (running == null || !isWanted(running.deep())) {
            running = due(known);
            if (running == null) {
                return null;
            }
            LOG.log(System.Logger.Level.INFO, "a {0} scrub of the drives begins", running.deep() ? "deep" : "shallow");
            content = new ScrubFile.Content(known.shallowMillis(), known.deepMillis(), running);
            save();
        }
        savedAtNanos = clock.nanoTime();
        return scrubber.begin(running.cursor(), running.deep());
    }

    private boolean isWanted(boolean deep) {
        return (deep ? settings.deepScrubIntervalMillis() : settings.shallowScrubIntervalMillis()) > 0;
    }

    private ScrubFile.@Nullable Running due(ScrubFile.Content known) {
        long now = clock.currentTimeMillis();
        if (isWanted(true) && now - known.deepMillis() >= settings.deepScrubIntervalMillis()) {
            return new ScrubFile.Running(true, now, "");
        }
        if (isWanted(false) && now - known.shallowMillis() >= settings.shallowScrubIntervalMillis()) {
            return new ScrubFile.Running(false, now, "");
        }
        return null;
    }

    private ScrubFile.Content content() {
        ScrubFile.Content known = content;
        if (known == null) {
            known = read();
            content = known;
        }
        return known;
    }

    private ScrubFile.Content read() {
        long now = clock.currentTimeMillis();
        try {
            ScrubFile.Content found = file.read();
            if (found != null) {
                // A clock that was set back must not put scrubs off.
                return new ScrubFile.Content(
                        Math.min(now, found.shallowMillis()), Math.min(now, found.deepMillis()), found.running());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}; the intervals of scrubs begin anew", e.getMessage());
        }
        ScrubFile.Content fresh = new ScrubFile.Content(now, now, null);
        content = fresh;
        save();
        return fresh;
    }

    private void end(ScrubReport report) {
        ScrubFile.Content known = content();
        ScrubFile.Running running = known.running();
        walk = null;
        if (running != null) {
            content = after(known, running.deep(), running.begunMillis());
        }
        save();
        LOG.log(
                report.clean() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                "a scrub of the drives has looked at {0} objects: {1} mended, {2} incomplete, {3} lost{4}",
                report.objects(),
                report.mended(),
                report.incomplete(),
                report.lost(),
                report.findings().isEmpty()
                        ? ""
                        : ", such as " + report.findings().get(0));
    }

    private static ScrubFile.Content after(ScrubFile.Content known, boolean deep, long begunMillis) {
        return new ScrubFile.Content(
                Math.max(known.shallowMillis(), begunMillis),
                deep ? Math.max(known.deepMillis(), begunMillis) : known.deepMillis(),
                null);
    }

    /** Somebody has had a whole scrub done: the next one is an interval away from it, and what was under way is not needed any more. */
    void done(boolean deep, long begunMillis) {
        ScrubFile.Content known = content();
        ScrubFile.Running running = known.running();
        ScrubFile.Content next = after(known, deep, begunMillis);
        if (running != null && running.deep() && !deep) {
            next = new ScrubFile.Content(next.shallowMillis(), next.deepMillis(), running);
        } else {
            walk = null;
        }
        content = next;
        save();
    }

    /** Remembers how far it has come, for whoever opens the store next. */
    void save() {
        ScrubFile.Content known = content;
        if (known == null) {
            return;
        }
        ScrubFile.Running running = known.running();
        DriveStore.Walk going = walk;
        if (running != null && going != null) {
            running = new ScrubFile.Running(
                    running.deep(), running.begunMillis(), going.report(false).cursor());
            known = new ScrubFile.Content(known.shallowMillis(), known.deepMillis(), running);
            content = known;
        }
        savedAtNanos = clock.nanoTime();
        try {
            file.write(known);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "how far the scrub has come could not be written: {0}",
                    e.getMessage());
        }
    }
}
