package io.rtrs.core.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The requests of a path that broke went to others. */
@Name("io.rtrs.Failover")
@Label("Failover")
@Category("RTRS")
@Description("The requests of a path that broke moved to other paths")
@StackTrace(false)
public final class FailoverEvent extends Event {
    @Label("Session")
    String session = "";

    @Label("Path")
    @Description("The one that broke")
    String path = "";

    @Label("Moved")
    @Description("Requests that another path took")
    int moved;

    @Label("Waiting")
    @Description("Requests that no path took, and that wait for one")
    int waiting;

    @Label("Failed")
    @Description("Requests that no path took, and that failed")
    int failed;

    @Label("Cause")
    String cause = "";

    /** It begins now. */
    public FailoverEvent() {
        begin();
    }

    /** All are placed: tells it, if a recording wants to know. */
    public void ended(String ofSession, String ofPath, int took, int wait, int lost, String why) {
        end();
        if (shouldCommit()) {
            session = ofSession;
            path = ofPath;
            moved = took;
            waiting = wait;
            failed = lost;
            cause = why;
            commit();
        }
    }
}
