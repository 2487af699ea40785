package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.FsckReport.Kind;
import io.ashlar.ObjectWriter;
import io.ashlar.StorageEngine;
import io.ashlar.runtime.EngineCore;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts and references that contradict each other, as no record could make them: written into the catalog behind its back. */
class FsckCountsTest {
    @TempDir
    Path directory;

    private StorageEngine engine;
    private Catalog catalog;
    private StateMap state;

    @BeforeEach
    void open() throws ReflectiveOperationException {
        engine = StorageEngine.builder(directory)
                .settings(EngineSettings.defaults().withGcGraceMillis(0).withMaintenanceIntervalMillis(0))
                .open();
        catalog = ((EngineCore) field(engine, "core")).catalog();
        state = (StateMap) field(catalog, "state");
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private FsckReport check() {
        // Something must have changed, so that the check begins with a checkpoint.
        engine.extents().release(engine.extents().put(new byte[] {1}));
        return engine.fsck(Long.MAX_VALUE, (phase, done, total) -> true);
    }

    private ExtentEntry entry(ExtentId id) throws IOException {
        return Objects.requireNonNull(catalog.find(id));
    }

    @Test
    void shouldFindCountsThatAreTooHighOrTooLow() throws IOException {
        ExtentId high = engine.extents().put(new byte[100]);
        ExtentId low = engine.extents().put(new byte[200]);
        engine.extents().bind("low", low);
        state.put(Key.extent(high), entry(high).withCount(3).encode());
        state.put(Key.extent(low), entry(low).withCount(1).encode());
        assertThat(check().findings())
                .extracting(FsckReport.Finding::kind, FsckReport.Finding::object, FsckReport.Finding::message)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                Kind.MISCOUNTED, "extent " + high, "has 2 references fewer than its count says"),
                        org.assertj.core.groups.Tuple.tuple(
                                Kind.MISCOUNTED, "extent " + low, "has 1 references more than its count says"));
        state.put(Key.extent(high), entry(high).withCount(1).encode());
        state.put(Key.extent(low), entry(low).withCount(2).encode());
        assertThat(check().findings()).isEmpty();
    }

    @Test
    void shouldFindNamesAndNodesThatReferToNothing() throws IOException {
        ExtentId lost = engine.extents().put(new byte[100]);
        engine.extents().bind("dangling", lost);
        ExtentId part;
        try (ObjectWriter writer = engine.extents().newObject()) {
            writer.write(ByteBuffer.wrap(new byte[300]));
            writer.cut();
            writer.write(ByteBuffer.wrap(new byte[301]));
            writer.finish("object");
        }
        part = engine.extents().put(new byte[300]);
        engine.extents().release(part);
        state.remove(Key.extent(lost));
        state.remove(Key.extent(part));
        assertThat(check().findings())
                .filteredOn(finding -> finding.kind() == Kind.MISSING)
                .extracting(FsckReport.Finding::object)
                .contains("extent " + lost, "extent " + part);
    }

    /** One node that cannot be read is one finding, not one for each extent that it refers to. */
    @Test
    void shouldNotTakeTheChildrenOfAnUnreadableNodeForMiscounted() throws IOException {
        ExtentId root;
        try (ObjectWriter writer = engine.extents().newObject()) {
            for (int i = 0; i < 800; i++) {
                writer.write(ByteBuffer.wrap(new byte[1 + i]));
                writer.cut();
            }
            root = writer.finish("object");
        }
        Path object;
        try (Stream<Path> files = Files.walk(directory.resolve("extents"))) {
            object = files.filter(file -> file.toString().contains(root.toString()))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(object);
        bytes[bytes.length / 2] ^= 1;
        Files.write(object, bytes);
        assertThat(check().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.DAMAGED);
            assertThat(finding.object()).contains(root.toString());
        });
    }

    /** The checksums hold, and still the catalog holds what no command puts there: a finding each, and the check goes on. */
    @Test
    void shouldReportWhatMakesNoSenseAndGoOn() throws IOException {
        ExtentId odd = engine.extents().put(new byte[100_000]);
        ExtentId foreign = ExtentId.parse("s" + "00".repeat(32));
        state.put(Key.extent(odd), new byte[] {9});
        state.put(new Key(new byte[] {'E', 1, 2}), new byte[] {9});
        state.put(Key.name("a"), new byte[] {1, 2});
        state.put(new Key(new byte[] {'N', -1}), Names.encodeTarget(odd));
        state.put(Key.name("b"), Names.encodeTarget(foreign));
        FsckReport report = check();
        assertThat(report.complete()).isTrue();
        assertThat(report.findings())
                .extracting(FsckReport.Finding::kind, FsckReport.Finding::object)
                .contains(
                        tuple(Kind.DAMAGED, "extent " + odd),
                        tuple(Kind.DAMAGED, "name 'b'"),
                        tuple(Kind.DAMAGED, "the catalog"));
        assertThat(report.findings())
                .filteredOn(finding -> finding.object().equals("the catalog"))
                .hasSize(3);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> engine.extents().resolve("a"));
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> engine.extents().names("", 10));
    }
}
