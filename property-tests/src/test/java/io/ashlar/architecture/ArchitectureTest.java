package io.ashlar.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The engine and its backends keep the order of packages and go through the seams. */
class ArchitectureTest {
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ashlar");

    /** Rules about nothing would hold: this is what notices an import that came back empty. */
    @Test
    void shouldSeeTheClassesOfEveryModuleItJudges() {
        assertThat(PRODUCTION.stream().map(JavaClass::getPackageName))
                .contains("io.ashlar", "io.ashlar.format", "io.ashlar.spi", "io.ashlar.erasure", "io.ashlar.shard")
                .contains("io.ashlar.backend.local", "io.ashlar.kernels.vector", "io.ashlar.testkit")
                .contains("io.ashlar.codec.lz4", "io.ashlar.codec.zstd")
                .doesNotContain("io.ashlar.architecture");
    }

    @TestFactory
    Stream<DynamicTest> shouldKeepTheOrderOfPackages() {
        return PackageOrder.rules()
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCTION)));
    }

    @TestFactory
    Stream<DynamicTest> shouldGoThroughTheSeams() {
        return Seams.rules().map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCTION)));
    }
}
