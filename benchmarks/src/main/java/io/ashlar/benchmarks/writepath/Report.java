package io.ashlar.benchmarks.writepath;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Prints what was measured as a table in Markdown: medians over the rounds, and the spread. */
final class Report {
    private final Map<String, List<Stopwatch.Sample>> samples;
    private final PrintStream out;

    Report(Map<String, List<Stopwatch.Sample>> samples, PrintStream out) {
        this.samples = samples;
        this.out = out;
    }

    void print(List<Contender> contenders) {
        out.println("| what | ops/s | (min–max) | MB/s | p50 µs | p99 µs | cores | share of its limit | (min–max) |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (Contender contender : contenders) {
            List<Stopwatch.Sample> own = samples.getOrDefault(contender.name(), List.of());
            if (own.isEmpty()) {
                continue;
            }
            double[] rates = sorted(own, Stopwatch.Sample::perSecond);
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f–%,.0f | %.1f | %.0f | %.0f | %.2f | %s |%n",
                    contender.name(),
                    median(rates),
                    rates[0],
                    rates[rates.length - 1],
                    median(rates) * contender.operationBytes() / 1e6,
                    median(sorted(own, Stopwatch.Sample::p50Micros)),
                    median(sorted(own, Stopwatch.Sample::p99Micros)),
                    median(sorted(own, Stopwatch.Sample::cores)),
                    share(contender, own));
        }
    }

    /** The ratio of each round, so that what slows a whole round down does not count. */
    private String share(Contender contender, List<Stopwatch.Sample> own) {
        List<Stopwatch.Sample> limit = samples.getOrDefault(contender.limit(), List.of());
        if (contender.limit().equals(contender.name()) || limit.isEmpty()) {
            return "– | –";
        }
        double[] shares = new double[Math.min(own.size(), limit.size())];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = own.get(i).perSecond() / limit.get(i).perSecond();
        }
        java.util.Arrays.sort(shares);
        return String.format(
                Locale.ROOT,
                "**%.0f %%** of %s | %.0f–%.0f %%",
                100 * median(shares),
                contender.limit(),
                100 * shares[0],
                100 * shares[shares.length - 1]);
    }

    private static double[] sorted(List<Stopwatch.Sample> samples, ToDoubleFunction<Stopwatch.Sample> figure) {
        return samples.stream().mapToDouble(figure).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
