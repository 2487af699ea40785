package io.ashlar.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who may know whom: the engine's packages lie in lines, and an arrow may point only to a line above its own.
 *
 * <p>A <em>room</em> is the first part of a package's name after {@code io.ashlar}; the face itself is the room {@code
 * ""}. The fixtures repeat the rooms below a root of their own, {@code io.ashlar.architecture.fixtures.<case>}, and are
 * judged by the same code.
 */
final class PackageOrder {
    /** The engine's lines from the top; rooms of one line do not know each other. */
    static final List<Set<String>> LINES = List.of(
            Set.of("format"),
            Set.of(""),
            Set.of("spi"),
            Set.of("erasure", "journal", "policy"),
            Set.of("extent"),
            Set.of("shard"),
            Set.of("drive"),
            Set.of("catalog"),
            Set.of("pipeline"),
            Set.of("kv", "volume"),
            Set.of("runtime"));

    /** Everything that is built on the engine. */
    private static final Set<String> ABOVE_THE_ENGINE =
            Set.of("backend", "kernels", "codec", "testkit", "bundle", "tiering", "adapter", "cli", "benchmarks");

    private static final Set<String> MAY_KNOW_THE_COMMAND_LINE = Set.of("cli", "benchmarks");

    /** The face's one door: the builder assembles the engine, so it sees the seams and the room that assembles. */
    private static final String DOOR = "StorageEngine";

    private static final Set<String> BEHIND_THE_DOOR = Set.of("spi", "runtime");

    private static final Pattern ROOT = Pattern.compile("^io\\.ashlar(\\.architecture\\.fixtures\\.\\w+)?(?=\\.|$)");

    static final ArchRule EVERY_PACKAGE_HAS_A_PLACE = classes()
            .that(are("are of Ashlar", javaClass -> room(javaClass).isPresent()))
            .should(new ArchCondition<>("lie in a package that the order of packages names") {
                @Override
                public void check(JavaClass javaClass, ConditionEvents events) {
                    String room = room(javaClass).orElseThrow();
                    if (line(room).isEmpty() && !ABOVE_THE_ENGINE.contains(room)) {
                        events.add(SimpleConditionEvent.violated(
                                javaClass,
                                javaClass.getName() + " lies in a package without a place: give " + room
                                        + " a line in PackageOrder, and say why in docs/decisions"));
                    }
                }
            })
            .allowEmptyShould(true);

    static final ArchRule ARROWS_POINT_UP = classes()
            .that(are("are of the engine", javaClass -> line(javaClass).isPresent()))
            .should(new ArchCondition<>("know only packages of a line above their own") {
                @Override
                public void check(JavaClass javaClass, ConditionEvents events) {
                    for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                        JavaClass target = dependency.getTargetClass().getBaseComponentType();
                        if (line(target).isPresent() && !mayKnow(javaClass, target)) {
                            events.add(SimpleConditionEvent.violated(
                                    dependency,
                                    dependency.getDescription() + ": " + name(javaClass) + " may not know "
                                            + name(target)));
                        }
                    }
                }
            })
            .allowEmptyShould(true);

    static final ArchRule ENGINE_KNOWS_NOTHING_BUILT_ON_IT = classes()
            .that(are("are of the engine", javaClass -> line(javaClass).isPresent()))
            .should(notKnow(ABOVE_THE_ENGINE, "backends and codecs are found by ServiceLoader, through io.ashlar.spi"))
            .allowEmptyShould(true);

    static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE = classes()
            .that(are(
                    "are below the command line",
                    javaClass -> room(javaClass)
                            .filter(room -> !MAY_KNOW_THE_COMMAND_LINE.contains(room))
                            .isPresent()))
            .should(notKnow(Set.of("cli"), "what both need belongs below the command line"))
            .allowEmptyShould(true);

    private PackageOrder() {}

    static Stream<ArchRule> rules() {
        return Stream.of(
                EVERY_PACKAGE_HAS_A_PLACE,
                ARROWS_POINT_UP,
                ENGINE_KNOWS_NOTHING_BUILT_ON_IT,
                NOBODY_KNOWS_THE_COMMAND_LINE);
    }

    /** The room of a class of Ashlar, or nothing for a class of anybody else. */
    static Optional<String> room(JavaClass javaClass) {
        String packageName = javaClass.getPackageName();
        var matcher = ROOT.matcher(packageName);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String rest = packageName.substring(matcher.end());
        return Optional.of(rest.isEmpty() ? "" : rest.substring(1).split("\\.", 2)[0]);
    }

    /** Whether the class belongs to the engine. */
    static boolean isOfEngine(JavaClass javaClass) {
        return line(javaClass).isPresent();
    }

    private static Optional<Integer> line(JavaClass javaClass) {
        return room(javaClass).flatMap(PackageOrder::line);
    }

    private static Optional<Integer> line(String room) {
        for (int index = 0; index < LINES.size(); index++) {
            if (LINES.get(index).contains(room)) {
                return Optional.of(index);
            }
        }
        return Optional.empty();
    }

    private static boolean mayKnow(JavaClass from, JavaClass to) {
        String fromRoom = room(from).orElseThrow();
        String toRoom = room(to).orElseThrow();
        boolean throughTheDoor = fromRoom.isEmpty() && isDoor(from) && BEHIND_THE_DOOR.contains(toRoom);
        return fromRoom.equals(toRoom)
                || throughTheDoor
                || line(toRoom).orElseThrow() < line(fromRoom).orElseThrow();
    }

    private static boolean isDoor(JavaClass javaClass) {
        String name = javaClass.getName().substring(javaClass.getPackageName().length() + 1);
        return name.equals(DOOR) || name.startsWith(DOOR + "$");
    }

    private static String name(JavaClass javaClass) {
        String room = room(javaClass).orElseThrow();
        return room.isEmpty() ? "the face io.ashlar" : room;
    }

    private static ArchCondition<JavaClass> notKnow(Set<String> rooms, String instead) {
        return new ArchCondition<>("not know " + rooms.stream().sorted().toList()) {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (room(target).filter(rooms::contains).isPresent()) {
                        events.add(SimpleConditionEvent.violated(
                                dependency, dependency.getDescription() + ": " + instead));
                    }
                }
            }
        };
    }

    private static DescribedPredicate<JavaClass> are(String description, Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }
}
