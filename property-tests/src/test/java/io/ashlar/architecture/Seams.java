package io.ashlar.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Time, threads, randomness and disk come in through seams, so that the whole engine runs in a seeded simulator.
 *
 * <p>The seams' production implementations, classes of {@code io.ashlar.runtime} whose names start with {@code System},
 * are the only ones that touch the machine. Each rule is a predicate over what a class calls (method references count
 * as calls) and names the seam to use instead.
 */
final class Seams {
    private static final Set<String> FILES = Set.of(
            "java.io.File",
            "java.io.FileDescriptor",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.RandomAccessFile",
            "java.nio.channels.AsynchronousFileChannel",
            "java.nio.file.Files");

    private static final Set<String> RANDOM = Set.of(
            "java.security.SecureRandom",
            "java.util.Random",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.random.RandomGeneratorFactory");

    private static final Set<String> POOLS = Set.of(
            "com.lmax.disruptor.util.DaemonThreadFactory",
            "java.util.Timer",
            "java.util.concurrent.Executors",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "java.util.concurrent.ThreadPoolExecutor");

    /** What the engine finds for itself, and must run in its simulator too. */
    private static final Set<String> PARTS = Set.of("backend", "codec", "tiering", "kernels");

    static final ArchRule TIME = seam("the system's clock", "io.ashlar.spi.Clock", type -> false, Seams::tellsTime);

    static final ArchRule THREADS =
            seam("threads of their own", "io.ashlar.spi.Threads", named(POOLS), Seams::startsOrHoldsAThread);

    static final ArchRule DISK = seam("files", "io.ashlar.spi.Disk", named(FILES), Seams::touchesAFile);

    static final ArchRule ENTROPY =
            seam("randomness of their own", "io.ashlar.spi.Entropy", named(RANDOM), Seams::drawsRandomness);

    static final ArchRule SURROUNDINGS = seam(
            "the process's properties and environment",
            "a setting of StorageEngine's builder",
            type -> false,
            Seams::looksAround);

    private Seams() {}

    static Stream<ArchRule> rules() {
        return Stream.of(TIME, THREADS, DISK, ENTROPY, SURROUNDINGS);
    }

    private static boolean tellsTime(CodeUnitAccessTarget call) {
        return is(call, "java.lang.System", "nanoTime", "currentTimeMillis")
                || (call.getName().equals("now")
                        && call.getOwner().getPackageName().startsWith("java.time")
                        && !takes(call, "java.time.Clock"))
                || is(
                        call,
                        "java.time.Clock",
                        "system",
                        "systemUTC",
                        "systemDefaultZone",
                        "tickMillis",
                        "tickSeconds",
                        "tickMinutes")
                || is(call, "java.time.InstantSource", "system")
                || (isConstructor(call, "java.util.Date") && takesNothing(call))
                || is(call, "java.util.Calendar", "getInstance");
    }

    private static boolean startsOrHoldsAThread(CodeUnitAccessTarget call) {
        boolean async = call.getOwner().isAssignableTo("java.util.concurrent.CompletionStage")
                && call.getName().endsWith("Async")
                && !takes(call, "java.util.concurrent.Executor");
        return async
                || isConstructor(call, "java.lang.Thread")
                || is(call, "java.lang.Thread", "ofPlatform", "ofVirtual", "startVirtualThread", "sleep")
                || is(call, "java.util.concurrent.TimeUnit", "sleep", "timedJoin", "timedWait")
                || is(call, "java.util.concurrent.locks.LockSupport", "parkNanos", "parkUntil")
                || is(
                        call,
                        "java.util.concurrent.CompletableFuture",
                        "orTimeout",
                        "completeOnTimeout",
                        "delayedExecutor")
                || is(call, "java.util.Collection", "parallelStream")
                || is(call, "java.util.stream.BaseStream", "parallel")
                || (is(call, "java.util.Arrays") && call.getName().startsWith("parallel"))
                || (is(call, "java.lang.ref.Cleaner", "create") && takesNothing(call));
    }

    private static boolean touchesAFile(CodeUnitAccessTarget call) {
        return is(call, "java.nio.channels.FileChannel", "open")
                || is(call, "java.nio.file.Path", "toFile", "toRealPath", "register")
                || is(call, "java.nio.file.FileSystems", "newFileSystem")
                || is(call, "java.nio.file.FileSystem", "getFileStores", "newWatchService");
    }

    private static boolean drawsRandomness(CodeUnitAccessTarget call) {
        return is(call, "java.lang.Math", "random")
                || is(call, "java.lang.StrictMath", "random")
                || is(call, "java.util.UUID", "randomUUID")
                || is(call, "java.util.random.RandomGenerator", "getDefault", "of")
                || (isConstructor(call, "java.util.SplittableRandom") && takesNothing(call))
                || (is(call, "java.util.Collections", "shuffle")
                        && call.getRawParameterTypes().size() == 1);
    }

    private static boolean looksAround(CodeUnitAccessTarget call) {
        return is(call, "java.lang.System", "getProperty", "getProperties", "getenv")
                || is(call, "java.lang.Boolean", "getBoolean")
                || is(call, "java.lang.Integer", "getInteger")
                || is(call, "java.lang.Long", "getLong");
    }

    private static boolean is(CodeUnitAccessTarget call, String owner, String... names) {
        return call.getOwner().isAssignableTo(owner)
                && (names.length == 0 || Set.of(names).contains(call.getName()));
    }

    private static boolean isConstructor(CodeUnitAccessTarget call, String owner) {
        return call.getOwner().isAssignableTo(owner) && call.getName().equals(JavaConstructor.CONSTRUCTOR_NAME);
    }

    private static boolean takes(CodeUnitAccessTarget call, String type) {
        return call.getRawParameterTypes().stream()
                .anyMatch(parameter -> parameter.getName().equals(type));
    }

    private static boolean takesNothing(CodeUnitAccessTarget call) {
        return call.getRawParameterTypes().isEmpty();
    }

    private static Predicate<JavaClass> named(Set<String> names) {
        return type -> names.contains(type.getName());
    }

    private static boolean isBoundToTheSeams(JavaClass javaClass) {
        boolean ofPart = PackageOrder.room(javaClass).filter(PARTS::contains).isPresent();
        return (PackageOrder.isOfEngine(javaClass) || ofPart) && !implementsASeam(javaClass);
    }

    private static boolean implementsASeam(JavaClass javaClass) {
        String room = PackageOrder.room(javaClass).orElseThrow();
        String name = javaClass.getName().substring(javaClass.getPackageName().length() + 1);
        return room.equals("runtime") && name.startsWith("System");
    }

    private static ArchRule seam(
            String what, String instead, Predicate<JavaClass> bannedType, Predicate<CodeUnitAccessTarget> bannedCall) {
        return classes()
                .that(DescribedPredicate.describe("are of the engine and of what it finds", Seams::isBoundToTheSeams))
                .should(new ArchCondition<>("not use " + what) {
                    @Override
                    public void check(JavaClass javaClass, ConditionEvents events) {
                        for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                            if (bannedType.test(dependency.getTargetClass().getBaseComponentType())) {
                                violate(events, dependency, dependency.getDescription());
                            }
                        }
                        javaClass.getCodeUnitAccessesFromSelf().stream()
                                .filter(access -> bannedCall.test(access.getTarget()))
                                .forEach(access -> violate(events, access, access.getDescription()));
                    }

                    private void violate(ConditionEvents events, Object object, String description) {
                        events.add(SimpleConditionEvent.violated(object, description + ": use " + instead));
                    }
                })
                .because("the engine runs unmodified in a seeded simulator: use " + instead)
                .allowEmptyShould(true);
    }
}
