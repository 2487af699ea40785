package io.ashlar.formal.trace;

import io.ashlar.formal.Tlc;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Has the model checker replay recorded runs, all of them at once, as behaviours of RefcountGc. */
final class TraceCheck {
    private static final Pattern LINE = Pattern.compile("/\\\\ line = (\\d+)");
    private static final Pattern RUN = Pattern.compile("/\\\\ run = (\\d+)");

    private TraceCheck() {}

    /**
     * What came out.
     *
     * @param result what TLC said
     * @param run where it stopped: the trace, from 0
     * @param event where it stopped: the event of the trace, from 0
     */
    record Outcome(Tlc.Result result, int run, int event) {}

    /**
     * Checks traces.
     *
     * @param traces any number
     * @param directory for what is generated
     * @return what came out
     */
    static Outcome check(List<Trace> traces, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        for (String file : List.of("trace/TraceRefcountGc.tla", "trace/TraceRefcountGc.cfg", "RefcountGc.tla")) {
            Path source = Tlc.SPECS.resolve(file);
            Files.copy(source, directory.resolve(source.getFileName()));
        }
        try (Writer out = Files.newBufferedWriter(directory.resolve("TraceData.tla"))) {
            write(traces, out);
        }
        Tlc.Result result = new Tlc(directory).heapMegabytes(4096).check("TraceRefcountGc", "TraceRefcountGc");
        return new Outcome(result, last(RUN, result.output()) - 1, last(LINE, result.output()) - 1);
    }

    private static int last(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        int found = 0;
        while (matcher.find()) {
            found = Integer.parseInt(matcher.group(1));
        }
        return found;
    }

    private static void write(List<Trace> traces, Writer out) throws IOException {
        out.write("---- MODULE TraceData ----\n");
        Set<String> names = new LinkedHashSet<>();
        traces.forEach(trace -> names.addAll(trace.names()));
        out.write(define("TExtent", numbered("e", most(traces, Trace::extents))));
        out.write(define("THandle", numbered("h", most(traces, Trace::handles))));
        out.write(define("TName", List.copyOf(names)));
        out.write(define("TWriter", numbered("w", most(traces, Trace::writers))));
        out.write(define("TReader", numbered("p", most(traces, Trace::readers))));
        out.write(define("TCopy", numbered("c", most(traces, Trace::copies))));
        for (int i = 0; i < traces.size(); i++) {
            out.write("T" + (i + 1) + " == <<\n");
            out.write(String.join(",\n", traces.get(i).events()));
            out.write(">>\n");
        }
        out.write(IntStream.rangeClosed(1, traces.size())
                .mapToObj(i -> "T" + i)
                .collect(Collectors.joining(", ", "Traces == <<", ">>\n")));
        out.write("====\n");
    }

    private static int most(List<Trace> traces, ToIntFunction<Trace> figure) {
        return traces.stream().mapToInt(figure).max().orElse(0);
    }

    private static List<String> numbered(String letter, int most) {
        return IntStream.rangeClosed(1, most).mapToObj(i -> letter + i).toList();
    }

    private static String define(String name, List<String> values) {
        return values.stream().map(value -> '"' + value + '"').collect(Collectors.joining(", ", name + " == {", "}\n"));
    }
}
