package io.ashlar.simulation;

import io.ashlar.spi.ExtentBackend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one actor at a time delete an object. The {@code file:} backend has the second one wait for the first, on a condition of
 * its own: where the first is suspended, that would be for ever, as the second holds the baton. So he gives it away before.
 */
final class DeletesInTurn implements InvocationHandler {
    private final ExtentBackend backend;
    private final Baton baton;
    private final Set<Object> deleting = new HashSet<>();

    private DeletesInTurn(ExtentBackend backend, Baton baton) {
        this.backend = backend;
        this.baton = baton;
    }

    static ExtentBackend of(ExtentBackend backend, Baton baton) {
        return (ExtentBackend) Proxy.newProxyInstance(
                ExtentBackend.class.getClassLoader(),
                new Class<?>[] {ExtentBackend.class},
                new DeletesInTurn(backend, baton));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        boolean deletes = method.getName().equals("delete");
        if (deletes && deleting.contains(arguments[0])) {
            boolean unused = baton.await(() -> !deleting.contains(arguments[0]));
        }
        boolean added = deletes && deleting.add(arguments[0]);
        try {
            return method.invoke(backend, arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            throw cause == null ? e : cause;
        } finally {
            if (added) {
                deleting.remove(arguments[0]);
            }
        }
    }
}
