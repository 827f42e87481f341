package io.rtrs.core.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A path that broke, or failed to connect, will be tried again. */
@Name("io.rtrs.Reconnect")
@Label("Reconnect")
@Category("RTRS")
@Description("The next attempt to connect a path is scheduled")
@StackTrace(false)
public final class ReconnectEvent extends Event {
    @Label("Session")
    String session = "";

    @Label("Path")
    String path = "";

    @Label("Attempt")
    @Description("Its number since the path was up")
    int attempt;

    @Label("Delay")
    @Timespan(Timespan.NANOSECONDS)
    long delay;

    @Label("Cause")
    String cause = "";

    private ReconnectEvent() {}

    /** Tells it, if a recording wants to know. */
    public static void tell(String session, String path, int attempt, long delayNs, String cause) {
        ReconnectEvent event = new ReconnectEvent();
        if (event.shouldCommit()) {
            event.session = session;
            event.path = path;
            event.attempt = attempt;
            event.delay = delayNs;
            event.cause = cause;
            event.commit();
        }
    }
}
