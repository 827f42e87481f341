package io.rtrs.disni.agent;

import org.jspecify.annotations.Nullable;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/**
 * {@code java -javaagent:rtrs-disni-agent.jar[=provider=NAME] …}: before the program's {@code main}, makes DiSNI use our
 * providers, and opens what DiSNI and they need of the JVM, so that the program needs no option of Java for it.
 *
 * <p><b>Errors:</b> one line on standard error, and the program runs as without the agent.
 */
public final class DisniAgent {
    private static final String DISNI = "com.ibm.disni.verbs.RdmaProvider";

    private DisniAgent() {}

    /** Called by the JVM. */
    public static void premain(@Nullable String options, Instrumentation jvm) {
        try {
            Options chosen = Options.parse(options);
            ClassLoader programs = ClassLoader.getSystemClassLoader();
            if (programs.getResource(DISNI.replace('.', '/') + ".class") == null) {
                say("DiSNI is not on the class path, and nothing was done"
                        + " (what a program loads by class loaders of its own is not seen)");
                return;
            }
            exportBuffers(jvm, programs.getUnnamedModule());
            NativeAccess.grant(jvm);
            Providers.install(chosen.provider());
        } catch (IllegalArgumentException e) {
            say(e.getMessage());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            say("DiSNI runs without it: " + e);
        }
    }

    /** DiSNI takes the addresses of direct buffers from {@code sun.nio.ch.DirectBuffer}. */
    private static void exportBuffers(Instrumentation jvm, Module to) {
        jvm.redefineModule(
                Object.class.getModule(), Set.of(), Map.of("sun.nio.ch", Set.of(to)), Map.of(), Set.of(), Map.of());
    }

    private static void say(@Nullable String what) {
        System.err.println("rtrs-disni-agent: " + what);
    }
}
