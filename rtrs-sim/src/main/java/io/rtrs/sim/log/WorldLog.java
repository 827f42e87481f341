package io.rtrs.sim.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Who hears what is logged while a world of this thread runs. Without one, nobody does.
 *
 * <p><b>Threading:</b> each thread has its own.
 */
public final class WorldLog {
    /** Hears lines. */
    @FunctionalInterface
    public interface Listener {
        /** A line was logged. */
        void onLine(Level level, String logger, String text, @Nullable Throwable thrown);
    }

    private static final ThreadLocal<@Nullable Listener> LISTENER = new ThreadLocal<>();

    private WorldLog() {}

    /** From now on this thread's lines go there; null: nowhere. */
    public static void listen(@Nullable Listener listener) {
        if (listener == null) {
            LISTENER.remove();
        } else {
            LISTENER.set(listener);
        }
    }

    static @Nullable Listener listener() {
        return LISTENER.get();
    }
}
