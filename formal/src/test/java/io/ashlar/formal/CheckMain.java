package io.ashlar.formal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs tests of a class from a shell, on whatever engine is first on the class path: {@code scripts/seeded-faults.sh}. Ends with 1
 * at the first that fails, having said why in one line.
 */
public final class CheckMain {
    private static final Logger ENGINE = Logger.getLogger("io.ashlar");

    private CheckMain() {}

    /**
     * Runs them.
     *
     * @param arguments the name of a class, and of those of its tests that are to be run, in this order
     * @throws ReflectiveOperationException if there is no such class or test
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        // The engine warns of what is done to it.
        ENGINE.setLevel(Level.OFF);
        Class<?> tests = Class.forName(arguments[0]);
        Constructor<?> constructor = tests.getDeclaredConstructor();
        constructor.setAccessible(true);
        List<String> names = List.of(arguments).subList(1, arguments.length);
        List<Method> methods = new ArrayList<>();
        for (String name : names) {
            methods.add(tests.getDeclaredMethod(name));
        }
        for (Method method : methods) {
            method.setAccessible(true);
            try {
                method.invoke(constructor.newInstance());
            } catch (InvocationTargetException e) {
                Throwable failure = e.getCause() == null ? e : e.getCause();
                failure.printStackTrace(System.out);
                System.out.println("VIOLATED " + method.getName() + ": " + firstLine(failure));
                System.exit(1);
            }
        }
        System.exit(0);
    }

    private static String firstLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("") + " ("
                + root.getClass().getSimpleName() + ")";
    }
}
