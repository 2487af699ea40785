package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.LockHeldException;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The half of the contract that is about objects: names, bytes, ranges, lists. One caller at a time.
 */
abstract class ObjectsContract {
    private static final int LARGE_BYTES = 3 << 20;

    @SuppressWarnings("NullAway.Init") // JUnit calls openForTest before any test
    ExtentBackend backend;

    /**
     * Opens the backend. Called more than once within a test: after a close it opens what was closed, with what was synced in
     * it; every test begins with an empty one.
     *
     * @return an open backend
     * @throws IOException if it cannot be opened
     */
    protected abstract ExtentBackend open() throws IOException;

    /**
     * Tells whether what was synced is still there when the backend is opened again.
     *
     * @return false for backends that end with their close
     */
    protected abstract boolean survivesReopen();

    /**
     * Tells whether a second opener is refused while the backend is open.
     *
     * @return whether to expect a {@link LockHeldException}
     */
    protected abstract boolean locksOutOthers();

    /**
     * Tells how many objects the listing tests put; a backend that is slow to put may lower it.
     *
     * @return a number of objects, by default 3000
     */
    protected int listedObjects() {
        return 3000;
    }

    /**
     * Tells whether names may have a part.
     *
     * @return false for a backend that divides objects into parts itself, and refuses such names; by default true
     */
    protected boolean takesParts() {
        return true;
    }

    /**
     * Opens the backend that a test starts with.
     *
     * @throws IOException if it cannot be opened
     */
    @BeforeEach
    protected final void openForTest() throws IOException {
        backend = open();
    }

    /**
     * Closes the backend that a test ends with.
     *
     * @throws IOException if it cannot be closed
     */
    @AfterEach
    protected final void closeAfterTest() throws IOException {
        backend.close();
    }

    @Test
    final void shouldTakeNamesWithinBounds() throws IOException {
        List<String> names = List.of(
                "a",
                "z",
                "0",
                "9",
                "a-b_c.d",
                "0.",
                "a..b",
                "con",
                "aux.txt",
                "tmp",
                "lock",
                "a".repeat(200),
                "9" + "._-".repeat(66));
        putAndSee(names);
    }

    private void putAndSee(List<String> names) throws IOException {
        for (String name : names) {
            backend.put(name, bytes(name));
        }
        backend.sync(names);
        for (String name : names) {
            assertThat(read(name)).isEqualTo(bytes(name));
        }
        assertThat(listAll("", 7)).isEqualTo(new ArrayList<>(new TreeSet<>(names)));
    }

    @Test
    final void shouldTakeNamesWithPartsUnlessItDividesObjectsItself() throws IOException {
        List<String> parts = List.of("a!0", "a-b_c.d!00", "a".repeat(200) + "!abcdefgh9");
        if (takesParts()) {
            putAndSee(parts);
            return;
        }
        for (String name : parts) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.put(name, bytes(name)));
        }
        assertThat(listAll("", 7)).isEmpty();
    }

    @Test
    final void shouldRefuseNamesOutOfBoundsBeforeAnythingHappens() throws IOException {
        for (String name : List.of(
                "",
                ".",
                "..",
                "-a",
                "!0",
                "a!",
                "a!-",
                "a!0!0",
                "a!0123456789",
                "_a",
                ".a",
                "A",
                "aB",
                "a/b",
                "a\\b",
                "../a",
                "a b",
                "ä",
                "a\0",
                "a:b",
                "a*",
                "a".repeat(201))) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.put(name, bytes("x")));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.putIfAbsent(name, bytes("x")));
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(() -> backend.read(name, 0, ByteBuffer.allocate(1)));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.stat(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.delete(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> backend.sync(List.of(name)));
        }
        assertThat(backend.list("", "", 10)).isEmpty();
    }

    @Test
    final void shouldRefuseNegativeOffsetsAndEmptyPages() throws IOException {
        backend.put("a", bytes("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> backend.read("a", -1, ByteBuffer.allocate(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> backend.list("", "", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> backend.list("", "", -1));
    }

    @Test
    final void shouldRefuseObjectsThatAreTooLarge() throws IOException {
        long max = backend.capabilities().maxObjectBytes();
        assumeThat(max).as("small enough to exceed in a test").isLessThan(16 << 20);
        ByteBuffer tooLarge = ByteBuffer.allocate((int) max + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> backend.put("a", tooLarge));
        assertThatIllegalArgumentException().isThrownBy(() -> backend.putIfAbsent("a", tooLarge));
        assertThat(backend.stat("a")).isEmpty();
    }

    @Test
    final void shouldKeepObjectsOfAllSizes() throws IOException {
        List<String> names = new ArrayList<>();
        for (int size : new int[] {0, 1, 7, 4095, 4096, 4097, 65_536, 1 << 20, (1 << 20) + 1, largeBytes()}) {
            String name = "size-" + size;
            backend.put(name, random(size, size));
            names.add(name);
            assertThat(backend.stat(name))
                    .get()
                    .extracting(ObjectStat::sizeBytes)
                    .isEqualTo((long) size);
            assertThat(read(name)).as("before sync").isEqualTo(random(size, size));
        }
        backend.sync(names);
        for (String name : names) {
            int size = Integer.parseInt(name.substring(5));
            assertThat(read(name)).as("after sync").isEqualTo(random(size, size));
        }
    }

    @Test
    final void shouldReadRangesUpToTheEndAndNothingPastIt() throws IOException {
        int size = 10_000;
        backend.put("a", random(1, size));
        for (int round = 0; round < 2; round++) {
            SplittableRandom random = new SplittableRandom(7);
            for (int time = 0; time < 200; time++) {
                assertRange(size, random.nextInt(size + 10), random.nextInt(3000));
            }
            assertRange(size, 0, size);
            assertRange(size, 0, size + 1);
            assertRange(size, size - 1, 2);
            assertRange(size, size, 5);
            assertRange(size, 5_000_000_000L, 5);
            assertRange(size, Long.MAX_VALUE, 5);
            assertRange(size, 100, 0);
            backend.sync(List.of("a"));
        }
    }

    private void assertRange(int size, long offset, int length) throws IOException {
        int expected = (int) Math.max(0, Math.min(length, size - offset));
        ByteBuffer target = ByteBuffer.allocate(length);
        assertThat(backend.read("a", offset, target))
                .as("bytes from %d for %d", offset, length)
                .isEqualTo(expected);
        assertThat(target.position()).isEqualTo(expected);
        if (expected > 0) {
            assertThat(target.flip()).isEqualTo(random(1, size).slice((int) offset, expected));
        }
    }

    @Test
    final void shouldTakeBuffersOfEveryKindAtOddPositions() throws IOException {
        int size = 5001;
        ByteBuffer content = random(3, size);
        int number = 0;
        for (boolean direct : new boolean[] {false, true}) {
            for (boolean readOnly : new boolean[] {false, true}) {
                ByteBuffer source = allocate(direct, size + 20);
                source.position(13).put(content.duplicate());
                source.position(13).limit(13 + size);
                if (readOnly) {
                    source = source.asReadOnlyBuffer();
                }
                String name = "b-" + number++;
                backend.put(name, source);
                assertThat(source.position()).as("position after put").isEqualTo(13);
                assertThat(source.limit()).isEqualTo(13 + size);
                assertThat(backend.putIfAbsent("if-" + name, source)).isTrue();
                assertThat(source.position()).as("position after putIfAbsent").isEqualTo(13);

                ByteBuffer target = allocate(direct, size + 30);
                target.position(7).limit(7 + size);
                assertThat(backend.read(name, 0, target)).isEqualTo(size);
                assertThat(target.position()).isEqualTo(7 + size);
                assertThat(target.limit()).isEqualTo(7 + size);
                assertThat(target.slice(7, size)).isEqualTo(content);
                target.clear();
                assertThat(target.get(6)).as("before the target").isZero();
                assertThat(target.get(7 + size)).as("after the target").isZero();
                assertThat(read("if-" + name)).isEqualTo(content);
            }
        }
    }

    @Test
    final void shouldNotBeAffectedByLaterChangesOfTheBuffer() throws IOException {
        ByteBuffer source = random(4, 4096);
        backend.put("a", source);
        for (int index = 0; index < 4096; index++) {
            source.put(index, (byte) 0);
        }
        assertThat(read("a")).isEqualTo(random(4, 4096));
    }

    @Test
    final void shouldPutAgain() throws IOException {
        for (int round = 0; round < 3; round++) {
            backend.put("a", random(5, 3000));
            assertThat(read("a")).isEqualTo(random(5, 3000));
            backend.put("a", random(5, 3000));
            backend.sync(List.of("a"));
            assertThat(read("a")).isEqualTo(random(5, 3000));
            assertThat(listAll("", 10)).containsExactly("a");
        }
    }

    @Test
    final void shouldPutIfAbsentOnlyIfAbsent() throws IOException {
        assertThat(backend.putIfAbsent("a", bytes("one"))).isTrue();
        assertThat(backend.putIfAbsent("a", bytes("two"))).isFalse();
        backend.sync(List.of("a"));
        assertThat(backend.putIfAbsent("a", bytes("three"))).isFalse();
        assertThat(read("a")).isEqualTo(bytes("one"));
        assertThat(backend.delete("a")).isTrue();
        assertThat(backend.putIfAbsent("a", bytes("four"))).isTrue();
        assertThat(read("a")).isEqualTo(bytes("four"));
    }

    @Test
    final void shouldLetOneOfManyRacingPutsWin() throws Exception {
        for (int round = 0; round < 50; round++) {
            String name = "race-" + round;
            AtomicInteger winner = new AtomicInteger(-1);
            AtomicInteger winners = new AtomicInteger();
            Crowd.run(8, member -> {
                if (backend.putIfAbsent(name, random(member, 500))) {
                    winner.set(member);
                    winners.incrementAndGet();
                }
            });
            assertThat(winners).hasValue(1);
            assertThat(read(name)).isEqualTo(random(winner.get(), 500));
        }
    }

    @Test
    final void shouldSayThatAnObjectIsMissing() throws IOException {
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> backend.read("a", 0, ByteBuffer.allocate(10)))
                .withMessageContaining("a");
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> backend.read("a", 99, ByteBuffer.allocate(0)));
        assertThat(backend.stat("a")).isEmpty();
        assertThat(backend.delete("a")).isFalse();
        backend.sync(List.of("a"));
        backend.sync(List.of());
    }

    @Test
    final void shouldDeleteOnceAndForAll() throws IOException {
        for (boolean synced : new boolean[] {false, true}) {
            backend.put("a", bytes("x"));
            backend.put("b", bytes("y"));
            if (synced) {
                backend.sync(List.of("a", "b"));
            }
            assertThat(read("a")).isEqualTo(bytes("x"));
            assertThat(backend.delete("a")).isTrue();
            assertThat(backend.delete("a")).isFalse();
            assertThat(backend.stat("a")).isEmpty();
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> backend.read("a", 0, ByteBuffer.allocate(1)));
            assertThat(listAll("", 10)).containsExactly("b");
            backend.sync(List.of("a", "b"));
            assertThat(read("b")).isEqualTo(bytes("y"));
        }
    }

    @Test
    final void shouldTellWhenAnObjectWasPut() throws IOException {
        backend.put("a", bytes("x"));
        ObjectStat before = backend.stat("a").orElseThrow();
        assertThat(before.name()).isEqualTo("a");
        assertThat(before.sizeBytes()).isEqualTo(1);
        assertThat(before.modifiedMillis()).isNotNegative();
        backend.sync(List.of("a"));
        assertThat(backend.stat("a")).isPresent();
        assertThat(backend.list("", "", 1)).containsExactly(backend.stat("a").orElseThrow());
    }

    @Test
    final void shouldListInOrderOfNamesByPrefixAndPage() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        SplittableRandom random = new SplittableRandom(11);
        while (names.size() < listedObjects()) {
            names.add("abc0-_.".charAt(random.nextInt(4))
                    + Long.toString(random.nextLong() >>> 1, 36)
                    + (random.nextInt(5) == 0 ? ".x" : ""));
        }
        int index = 0;
        List<String> toSync = new ArrayList<>();
        for (String name : names) {
            backend.put(name, bytes(name));
            if (index++ % 3 != 0) {
                toSync.add(name);
            }
        }
        backend.sync(toSync);
        for (int limit : new int[] {199, 1000, 100_000}) {
            assertThat(listAll("", limit)).containsExactlyElementsOf(names);
        }
        for (String prefix : List.of("a", "b", "c1", "0", "zzz", names.first(), names.last())) {
            assertThat(listAll(prefix, 150))
                    .as("prefix %s", prefix)
                    .containsExactlyElementsOf(names.stream()
                            .filter(name -> name.startsWith(prefix))
                            .collect(Collectors.toList()));
        }
        for (String after : List.of("", "a", "b", "zz", "!", names.first(), names.last(), "c~", "\uffff")) {
            for (String prefix : List.of("", "b", "c")) {
                assertThat(backend.list(prefix, after, 20).stream().map(ObjectStat::name))
                        .as("prefix %s after %s", prefix, after)
                        .isSubsetOf(names.stream()
                                .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
                                .collect(Collectors.toList()));
            }
        }
    }

    @Test
    final void shouldListWhatWasPutAndNotWhatWasDeleted() throws IOException {
        List<String> names = IntStream.range(0, 60).mapToObj(n -> "n-" + n).collect(Collectors.toList());
        for (String name : names) {
            backend.put(name, bytes(name));
        }
        backend.sync(names.subList(0, 30));
        TreeSet<String> left = new TreeSet<>(names);
        for (int index = 0; index < 60; index += 7) {
            backend.delete(names.get(index));
            left.remove(names.get(index));
            assertThat(listAll("n-", 9)).containsExactlyElementsOf(left);
        }
    }

    final int largeBytes() {
        return (int) Math.min(LARGE_BYTES, backend.capabilities().maxObjectBytes());
    }

    final ByteBuffer read(String name) throws IOException {
        ObjectStat stat = backend.stat(name).orElseThrow(() -> new AssertionError("no object " + name));
        ByteBuffer target = ByteBuffer.allocate((int) stat.sizeBytes() + 1);
        assertThat(backend.read(name, 0, target)).isEqualTo((int) stat.sizeBytes());
        return target.flip();
    }

    final List<String> listAll(String prefix, int limit) throws IOException {
        List<String> names = new ArrayList<>();
        String after = "";
        while (true) {
            List<ObjectStat> page = backend.list(prefix, after, limit);
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            if (page.isEmpty()) {
                return names;
            }
            page.forEach(stat -> names.add(stat.name()));
            after = names.get(names.size() - 1);
        }
    }

    static void assertStillInterrupted(String after) {
        assertThat(Thread.currentThread().isInterrupted())
                .as("interrupted after %s", after)
                .isTrue();
    }

    static ByteBuffer allocate(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static ByteBuffer random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
