package io.ashlar.formal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The tables of {@code formal/README.md} in sections called "Module: spec and code" say what in the specification stands for
 * what in the code. Fails when a name on either side no longer exists.
 *
 * <p>On the left, what the module declares as a variable or defines; on the right, classes, or methods and fields (private
 * ones too) with their class in front.
 */
final class NamesTest {
    private static final Path README = Path.of("README.md").toAbsolutePath();
    private static final Pattern SECTION = Pattern.compile("## (\\w+): spec and code");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** A line of a table. */
    private record Row(String module, String left, List<String> right) {}

    @TestFactory
    Stream<DynamicTest> shouldExistOnBothSides() throws IOException {
        return rows(Files.readString(README)).stream()
                .map(row -> dynamicTest(row.module() + " " + row.left(), () -> {
                    String module = Files.readString(Tlc.SPECS.resolve(row.module() + ".tla"));
                    assertThat(isDefined(row.left(), module))
                            .as("%s in %s.tla", row.left(), row.module())
                            .isTrue();
                    assertThat(row.right()).isNotEmpty();
                    for (String name : row.right()) {
                        assertThat(exists(name)).as(name).isTrue();
                    }
                }));
    }

    @Test
    void shouldNameEveryVariable() throws IOException {
        List<Row> rows = rows(Files.readString(README));
        for (String module : rows.stream().map(Row::module).distinct().toList()) {
            List<String> named = rows.stream()
                    .filter(row -> row.module().equals(module))
                    .map(Row::left)
                    .toList();
            String text = Files.readString(Tlc.SPECS.resolve(module + ".tla"));
            assertThat(named).as(module).containsAll(variables(text));
        }
        assertThat(rows).extracting(Row::module).contains("Journal");
    }

    @Test
    void shouldMissWhatIsNotThere() {
        String module =
                "VARIABLES\n  a,  \\* b is no variable\n  c\nD(x) == E(x) = D(x)\nRECURSIVE F(_)\nF(x) == x\n---\n\\* G == 1";
        assertThat(Stream.of("a", "c", "D", "F").filter(name -> isDefined(name, module)))
                .hasSize(4);
        assertThat(Stream.of("b", "E", "G", "x", "is").filter(name -> isDefined(name, module)))
                .isEmpty();
        String here = NamesTest.class.getName();
        assertThat(Stream.of(here, here + ".NAME", here + ".exists", here + ".Row.left")
                        .filter(NamesTest::exists))
                .hasSize(4);
        assertThat(Stream.of(here + "s", here + ".name", here + ".Row.middle", "exists", "io.ashlar")
                        .filter(NamesTest::exists))
                .isEmpty();
        assertThat(
                        rows(
                                "## A: spec and code\n| x | y |\n|---|---|\n| `a` | `b.C`, `d.E.f` |\n## Other\n| `z` | `q` |\n"))
                .containsExactly(new Row("A", "a", List.of("b.C", "d.E.f")));
    }

    private static List<Row> rows(String readme) {
        List<Row> rows = new ArrayList<>();
        String module = "";
        for (String line : readme.lines().toList()) {
            if (line.startsWith("#")) {
                Matcher section = SECTION.matcher(line);
                module = section.matches() ? section.group(1) : "";
            }
            String[] cells = line.split("\\|", -1);
            if (module.isEmpty() || cells.length < 4) {
                continue;
            }
            List<String> left = names(cells[1]);
            if (!left.isEmpty()) {
                List<String> right = names(cells[2]);
                for (String name : left) {
                    rows.add(new Row(module, name, right));
                }
            }
        }
        return rows;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    private static boolean isDefined(String name, String module) {
        return variables(module).contains(name)
                || Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\([^)]*\\))?\\s*==")
                        .matcher(module)
                        .find();
    }

    /** What stands between VARIABLES and the next line that is not indented. */
    private static List<String> variables(String module) {
        Matcher block =
                Pattern.compile("(?m)^VARIABLES?\\b(.*(?:\\n[ \\t]+.*)*)").matcher(module);
        List<String> variables = new ArrayList<>();
        while (block.find()) {
            String uncommented = block.group(1).replaceAll("\\\\\\*.*", "");
            for (String variable : uncommented.split(",", -1)) {
                if (!variable.isBlank()) {
                    variables.add(variable.strip());
                }
            }
        }
        return variables;
    }

    /** Whether there is a class of this name, or a method or field of a class. */
    private static boolean exists(String name) {
        if (classOf(name) != null) {
            return true;
        }
        int dot = name.lastIndexOf('.');
        Class<?> owner = dot < 0 ? null : classOf(name.substring(0, dot));
        if (owner == null) {
            return false;
        }
        String member = name.substring(dot + 1);
        return Stream.of(owner.getDeclaredMethods()).map(Method::getName).anyMatch(member::equals)
                || Stream.of(owner.getDeclaredFields()).map(Field::getName).anyMatch(member::equals);
    }

    /** A class, nested ones written with a dot as in Java; null if there is none. */
    private static @Nullable Class<?> classOf(String name) {
        try {
            return Class.forName(name, false, NamesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            int dot = name.lastIndexOf('.');
            Class<?> outer = dot < 0 ? null : classOf(name.substring(0, dot));
            return outer == null
                    ? null
                    : Stream.of(outer.getDeclaredClasses())
                            .filter(nested -> nested.getSimpleName().equals(name.substring(dot + 1)))
                            .findFirst()
                            .orElse(null);
        }
    }
}
