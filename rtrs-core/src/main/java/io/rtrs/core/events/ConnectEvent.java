package io.rtrs.core.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A client's attempt to connect a path, from its begin until it is up or has failed. */
@Name("io.rtrs.Connect")
@Label("Connect")
@Category("RTRS")
@Description("An attempt to connect a path")
@StackTrace(false)
public final class ConnectEvent extends Event {
    @Label("Session")
    String session = "";

    @Label("Path")
    String path = "";

    @Label("Connections")
    int connections;

    @Label("Succeeded")
    boolean succeeded;

    @Label("Error")
    @Description("Why it failed; empty if it did not")
    String error = "";

    /** An attempt that begins now. */
    public ConnectEvent() {
        begin();
    }

    /** It has ended: tells it, if a recording wants to know. */
    public void ended(String ofSession, String ofPath, int count, String why) {
        end();
        if (shouldCommit()) {
            session = ofSession;
            path = ofPath;
            connections = count;
            succeeded = why.isEmpty();
            error = why;
            commit();
        }
    }
}
