package io.rtrs.soft.roce.driver.udp;

import io.rtrs.verbs.memory.NativeAccess;
import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Whether the C library of this machine can be called. */
final class Platform {
    /** Why not, and what helps; null if it can. */
    static final @Nullable String MISSING = missing();

    private Platform() {}

    private static @Nullable String missing() {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        if (!os.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return "the socket options are those of Linux, this is " + os;
        }
        if (!arch.equals("amd64") && !arch.equals("aarch64")) {
            return "the structure layouts were checked for amd64 and aarch64 only, this is " + arch;
        }
        return NativeAccess.denied().orElse(null);
    }
}
