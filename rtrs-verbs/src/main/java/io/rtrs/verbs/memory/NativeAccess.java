package io.rtrs.verbs.memory;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Whether the JVM lets us touch memory by its address, as DiSNI's work requests name it. */
public final class NativeAccess {
    private NativeAccess() {}

    /** Why not, and what helps; empty if it does. */
    public static Optional<String> denied() {
        try {
            MemorySegment.NULL.reinterpret(1);
            return Optional.empty();
        } catch (IllegalCallerException e) {
            return Optional.of("native access is denied to io.rtrs.verbs; start Java with"
                    + " --enable-native-access=io.rtrs.verbs (ALL-UNNAMED when it is on the class path)");
        }
    }
}
