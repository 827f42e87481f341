package io.rtrs.core.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The state of a path changed. */
@Name("io.rtrs.PathState")
@Label("Path State")
@Category("RTRS")
@Description("The state of a path changed")
@StackTrace(false)
public final class PathStateEvent extends Event {
    @Label("Side")
    @Description("client or server")
    String side = "";

    @Label("Session")
    String session = "";

    @Label("Path")
    String path = "";

    @Label("From")
    String from = "";

    @Label("To")
    String to = "";

    @Label("Cause")
    @Description("What happened")
    String cause = "";

    private PathStateEvent() {}

    /** Tells it, if a recording wants to know. */
    public static void tell(String side, String session, String path, Enum<?> from, Enum<?> to, String cause) {
        PathStateEvent event = new PathStateEvent();
        if (event.shouldCommit()) {
            event.side = side;
            event.session = session;
            event.path = path;
            event.from = from.name();
            event.to = to.name();
            event.cause = cause;
            event.commit();
        }
    }
}
