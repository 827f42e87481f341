package io.rtrs.sim.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger whose lines the world hears that runs in the same thread. */
final class WorldLogger extends AbstractLogger {
    private static final long serialVersionUID = 1;

    WorldLogger(String name) {
        this.name = name;
    }

    private static boolean isHeard(Level level) {
        return WorldLog.listener() != null && level.toInt() >= Level.INFO.toInt();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        WorldLog.Listener listener = WorldLog.listener();
        if (listener != null) {
            listener.onLine(level, name, MessageFormatter.basicArrayFormat(pattern, arguments), thrown);
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return isHeard(Level.INFO);
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return isHeard(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isHeard(Level.WARN);
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
        return isHeard(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isHeard(Level.ERROR);
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
        return isHeard(Level.ERROR);
    }
}
