package io.rtrs.disni.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/**
 * Grants native access to the class path, as {@code --enable-native-access=ALL-UNNAMED} does: an agent's manifest cannot.
 *
 * <p>The JDK's method for it is not public. The package that has it is opened to one class alone, {@link Grant}, which has a
 * class loader of its own; the program sees no more of the JDK than before.
 */
final class NativeAccess {
    private NativeAccess() {}

    /** Grants it; a JDK without that method goes on to warn, which is its default. */
    static void grant(Instrumentation jvm) throws ReflectiveOperationException {
        Class<?> grant = new Alone().load(Grant.class);
        jvm.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("java.lang", Set.of(grant.getModule())),
                Set.of(),
                Map.of());
        ((Runnable) grant.getDeclaredConstructor().newInstance()).run();
    }

    /** Has one class, and the JDK's. */
    private static final class Alone extends ClassLoader {
        Alone() {
            super(ClassLoader.getPlatformClassLoader());
        }

        Class<?> load(Class<?> original) throws ClassNotFoundException {
            String file = original.getName().replace('.', '/') + ".class";
            try (InputStream in = original.getClassLoader().getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(file + " is missing in the agent's jar");
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(original.getName(), bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(file, e);
            }
        }
    }
}
