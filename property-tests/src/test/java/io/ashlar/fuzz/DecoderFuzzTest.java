package io.ashlar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes there are, a decoder answers, or refuses them by the exception that it promises. The same inputs in every
 * build: seeds, what was ever found, and some thousands of changes to both. {@code scripts/fuzz.sh} looks for more.
 */
@Timeout(120)
class DecoderFuzzTest {
    /** How many inputs are tried for each decoder. */
    private static final int ROUNDS = Integer.getInteger("ashlar.fuzz.rounds", 4000);

    static Stream<FuzzTarget> targets() throws IOException {
        return FuzzTargets.all().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void shouldAnswerOrRefuseWhateverItIsGiven(FuzzTarget target) throws IOException, URISyntaxException {
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        inputs.addAll(kept(target));
        int accepted = 0;
        // Twice, as the first time classes are loaded, which takes memory too.
        for (byte[] input : inputs) {
            target.decoder().accepts(input);
        }
        for (byte[] input : inputs) {
            accepted += tried(target, input);
        }
        assertThat(accepted).as("seeds that %s takes", target.name()).isPositive();
        Mutator mutator = new Mutator(target.name().hashCode());
        accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            accepted += tried(target, mutator.mutated(mutator.pick(inputs)));
        }
        // It is worth something only if it comes through both doors.
        assertThat(accepted).as("inputs that %s takes", target.name()).isBetween(1, ROUNDS - 1);
    }

    private static int tried(FuzzTarget target, byte[] input) {
        try {
            return Watched.accepts(target, input) ? 1 : 0;
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(target.name() + " given " + HexFormat.of().formatHex(input), e);
        }
    }

    /** Inputs that were findings once. */
    private static List<byte[]> kept(FuzzTarget target) throws IOException, URISyntaxException {
        List<byte[]> kept = new ArrayList<>();
        URL directory = DecoderFuzzTest.class.getResource("/fuzz/" + target.name());
        if (directory != null) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(directory.toURI()))) {
                for (Path file : files) {
                    try (InputStream in = Files.newInputStream(file)) {
                        kept.add(in.readAllBytes());
                    }
                }
            }
        }
        return kept;
    }
}
