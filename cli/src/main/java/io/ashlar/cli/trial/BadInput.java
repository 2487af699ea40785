package io.ashlar.cli.trial;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Replaces files of a store with bad ones, one at a time, and looks what comes of it: a typed error that names the file, a
 * finding, or a repair with all bytes right. Never wrong bytes, another exception, or no end.
 */
public final class BadInput implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 60;
    private static final int FILES_OF_A_KIND = 3;
    private static final int[] FLIP_SHARES = {0, 1, 3, 8, 20, 50, 80, 97, 100};

    private final TrialStore store;
    private final StoreImage image;
    private final Watchdog watchdog = new Watchdog(WATCHDOG_SECONDS);

    /** One way to spoil one file. */
    static final class Case {
        private final String file;
        private final String damage;
        private final byte @Nullable [] bytes;
        private final boolean harmless;

        /**
         * Describes a case.
         *
         * @param file which file
         * @param damage what is done to it
         * @param bytes what it holds then; null for a directory in its place
         * @param harmless whether nothing need be noticed, because the file holds nothing that lasts
         */
        private Case(String file, String damage, byte @Nullable [] bytes, boolean harmless) {
            this.file = file;
            this.damage = damage;
            this.bytes = bytes;
            this.harmless = harmless;
        }

        @Override
        public String toString() {
            return file + ", " + damage;
        }
    }

    /**
     * Makes a store to be spoilt.
     *
     * @param directory where; created
     * @param seed of its content
     * @throws IOException if its files cannot be read
     */
    public BadInput(Path directory, long seed) throws IOException {
        store = TrialStore.create(directory, seed);
        image = new StoreImage(directory);
    }

    /**
     * Tries everything.
     *
     * @return what went wrong, ready to print; empty if all went right
     * @throws IOException if a file cannot be spoilt or restored
     * @throws InterruptedException if this thread is interrupted
     */
    public List<String> run() throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (Case one : cases()) {
            String problem = run(one);
            if (problem != null) {
                wrong.add(problem);
            }
        }
        return wrong;
    }

    @Nullable
    String run(Case one) throws IOException, InterruptedException {
        image.restore();
        image.change(one.file, one.bytes);
        TrialStore.Result result = watchdog.run(() -> store.look(true));
        image.restore();
        String what = one + ": ";
        return switch (result.outcome()) {
            case WRONG -> what + result.words();
            case REPORTED ->
                names(result.words(), one.file) ? null : what + "the report names no file: " + result.words();
            case REPAIRED -> null;
            case UNNOTICED -> one.harmless ? null : what + "nobody noticed";
        };
    }

    /** Whether a message tells of a file, by its name or number, or of an extent in it. */
    private static boolean names(String words, String file) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        String segment = last.replaceAll("^0*([0-9]+)\\.seg$", "segment $1 ");
        return words.contains(last) || words.contains(segment) || words.matches("(?s).*[xsh][0-9a-f]{32,64}.*");
    }

    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        List<String> chosen = chosen();
        for (int i = 0; i < chosen.size(); i++) {
            String file = chosen.get(i);
            String other = chosen.get((i + chosen.size() / 2) % chosen.size());
            addCases(cases, file, image.bytes(file), other);
        }
        return cases;
    }

    /** A few files of each kind; a kind is a directory, or a file beside it. */
    private List<String> chosen() {
        TreeMap<String, List<String>> kinds = new TreeMap<>();
        for (String file : image.files()) {
            int slash = file.indexOf('/');
            kinds.computeIfAbsent(slash < 0 ? file : file.substring(0, slash), kind -> new ArrayList<>())
                    .add(file);
        }
        List<String> chosen = new ArrayList<>();
        for (List<String> files : kinds.values()) {
            // The first, the last and one between.
            for (int i = 0; i < Math.min(FILES_OF_A_KIND, files.size()); i++) {
                chosen.add(files.get(i * (files.size() - 1) / Math.max(1, FILES_OF_A_KIND - 1)));
            }
        }
        return chosen.stream().distinct().toList();
    }

    private void addCases(List<Case> cases, String file, byte[] bytes, String other) {
        int length = bytes.length;
        boolean lock = file.equals("LOCK") || file.endsWith("/LOCK");
        boolean journal = file.startsWith("journal");
        for (int cut : new int[] {0, 1, 7, 16, length / 2, length - 1}) {
            if (cut >= 0 && cut < length) {
                cases.add(new Case(file, "cut to " + cut, Arrays.copyOf(bytes, cut), lock || journal));
            }
        }
        for (int share : FLIP_SHARES) {
            int at = (int) (Math.max(0, length - 1L) * share / 100);
            if (length > 0) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << (share % 8));
                // Journal segments are preallocated, and their frames lie behind the checkpoint after a clean close.
                cases.add(new Case(file, "bit flipped at " + at, flipped, lock || journal));
            }
        }
        if (length >= 8) {
            byte[] magic = bytes.clone();
            ByteBuffer.wrap(magic).put("NOTOURS!".getBytes(StandardCharsets.US_ASCII));
            cases.add(new Case(file, "wrong magic", magic, lock || journal));
            for (int at = 4; at <= Math.min(8, length - 4); at += 4) {
                byte[] version = bytes.clone();
                // Changed whatever stands there: in some files, bytes that were drawn.
                version[at] ^= (byte) 0xEE;
                cases.add(new Case(file, "wrong version at " + at, version, lock || journal));
            }
        }
        byte[] foreign = new byte[Math.max(100, length)];
        new SplittableRandom(file.hashCode()).nextBytes(foreign);
        cases.add(new Case(file, "a foreign file", foreign, lock || journal));
        cases.add(new Case(file, "zeros", new byte[length], lock || journal || allZero(bytes)));
        if (!other.equals(file)) {
            cases.add(new Case(file, "the bytes of " + other, image.bytes(other), lock || journal));
        }
        cases.add(new Case(file, "a directory", null, lock || journal));
    }

    private static boolean allZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
