package io.ashlar.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.ashlar.architecture.fixtures.disk.backend.local.Paths;
import io.ashlar.architecture.fixtures.entropy.catalog.Dice;
import io.ashlar.architecture.fixtures.surroundings.kv.Knobs;
import io.ashlar.architecture.fixtures.threads.pipeline.Workers;
import io.ashlar.architecture.fixtures.time.journal.Clocks;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Puts the rules, the same objects, to fixtures that are bad on purpose. */
class RulesCanFailTest {
    @Test
    void shouldRefuseAnArrowToALowerLine() {
        assertThat(violations(PackageOrder.ARROWS_POINT_UP, "downward"))
                .singleElement()
                .asString()
                .contains("format may not know spi");
    }

    @Test
    void shouldRefuseAnArrowAlongALine() {
        assertThat(violations(PackageOrder.ARROWS_POINT_UP, "sideways"))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains("volume may not know kv"));
    }

    @Test
    void shouldLetTheBuilderThroughTheDoorButNoFartherAndNobodyElse() {
        assertThat(violations(PackageOrder.ARROWS_POINT_UP, "door"))
                .isNotEmpty()
                .anySatisfy(violation -> assertThat(violation).contains("Builder.tooFar()"))
                .anySatisfy(violation -> assertThat(violation).contains("StorageEngineSettings"))
                .noneSatisfy(violation -> assertThat(violation).contains("Builder.seam"))
                .noneSatisfy(violation -> assertThat(violation).contains("Builder.assembly()"));
    }

    @Test
    void shouldRefuseAnEngineThatKnowsABackend() {
        assertThat(violations(PackageOrder.ENGINE_KNOWS_NOTHING_BUILT_ON_IT, "built"))
                .singleElement()
                .asString()
                .contains("Opening.opens()", "ServiceLoader");
    }

    @Test
    void shouldRefuseABackendThatKnowsTheCommandLine() {
        assertThat(violations(PackageOrder.NOBODY_KNOWS_THE_COMMAND_LINE, "built"))
                .singleElement()
                .asString()
                .contains("RemoteBackend.asks()");
    }

    @Test
    void shouldRefuseAPackageWithoutAPlace() {
        assertThat(violations(PackageOrder.EVERY_PACKAGE_HAS_A_PLACE, "placeless"))
                .anySatisfy(violation -> assertThat(violation).contains("Broom", "docs/decisions"));
    }

    static Stream<Arguments> seams() {
        return Stream.of(
                Arguments.of("time", Seams.TIME, Clocks.class, "use io.ashlar.spi.Clock"),
                Arguments.of("threads", Seams.THREADS, Workers.class, "use io.ashlar.spi.Threads"),
                Arguments.of("disk", Seams.DISK, Paths.class, "use io.ashlar.spi.Disk"),
                Arguments.of("entropy", Seams.ENTROPY, Dice.class, "use io.ashlar.spi.Entropy"),
                Arguments.of("surroundings", Seams.SURROUNDINGS, Knobs.class, "use a setting"));
    }

    /** Every method of a fixture commits one offence, and each must be found. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("seams")
    void shouldRefuseEveryWayAroundASeamAndNameTheSeam(
            String fixture, ArchRule rule, Class<?> offender, String advice) {
        List<String> violations = violations(rule, fixture);
        List<String> offences = Arrays.stream(offender.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .toList();
        assertThat(offences)
                .isNotEmpty()
                .allSatisfy(offence -> assertThat(violations)
                        .anySatisfy(violation -> assertThat(violation)
                                .contains(offender.getSimpleName() + "." + offence + "(", advice)));
    }

    @Test
    void shouldAcquitTheInnocent() {
        Stream.concat(PackageOrder.rules(), Seams.rules())
                .forEach(rule -> assertThat(violations(rule, "innocent"))
                        .as(rule.getDescription())
                        .isEmpty());
    }

    private static List<String> violations(ArchRule rule, String fixture) {
        JavaClasses classes = new ClassFileImporter().importPackages("io.ashlar.architecture.fixtures." + fixture);
        assertThat(classes).as("classes of the fixture " + fixture).isNotEmpty();
        return rule.evaluate(classes).getFailureReport().getDetails();
    }
}
