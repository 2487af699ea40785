package io.ashlar.cli;

import io.ashlar.ProgressListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far something long has come, where somebody looks, and lets an interrupt end it. For one thread. */
public final class Progress implements ProgressListener, AutoCloseable {
    private static final int REFRESH_MILLIS = 250;

    private final Interrupt interrupt;
    private final boolean shown;
    private final boolean bytes;
    private String phase = "";
    private @Nullable ProgressBar bar;

    /**
     * Begins.
     *
     * @param interrupt ends the work when it is asked for
     * @param shown whether to draw bars on standard error
     * @param bytes whether what is counted are bytes, shown in MiB
     */
    public Progress(Interrupt interrupt, boolean shown, boolean bytes) {
        this.interrupt = interrupt;
        this.shown = shown;
        this.bytes = bytes;
    }

    @Override
    public boolean progress(String newPhase, long done, long total) {
        if (shown) {
            if (bar == null || !newPhase.equals(phase)) {
                end();
                phase = newPhase;
                bar = begin(newPhase, total);
            }
            bar.maxHint(total <= 0 ? -1 : total);
            bar.stepTo(done);
        }
        return !interrupt.asked();
    }

    private ProgressBar begin(String task, long total) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(SafeText.of(task))
                .setInitialMax(total <= 0 ? -1 : total)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns()))
                .showSpeed();
        if (bytes) {
            builder.setUnit(" MiB", 1 << 20);
        }
        return builder.build();
    }

    private void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        end();
    }
}
