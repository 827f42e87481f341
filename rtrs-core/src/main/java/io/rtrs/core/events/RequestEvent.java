package io.rtrs.core.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** A client's request that took longer than the threshold, with its stages. */
@Name("io.rtrs.SlowRequest")
@Label("Slow Request")
@Category("RTRS")
@Description("A request of a client that took longer than the threshold, by its stages")
@StackTrace(false)
@Enabled(false)
@Threshold("10 ms")
final class RequestEvent extends Event {
    @Label("Session")
    String session = "";

    @Label("Path")
    @Description("The one that carried it last")
    String path = "";

    @Label("Permit")
    @Description("The buffer id, as the server has it")
    int permit;

    @Label("Direction")
    String direction = "";

    @Label("Data")
    @DataAmount
    long data;

    @Label("Status")
    @Description("0 or a negative errno")
    int status;

    @Label("Permit Wait")
    @Description("Before the request: how long its permit was waited for")
    @Timespan(Timespan.NANOSECONDS)
    long permitWait;

    @Label("Post")
    @Description("From the call until the work request was posted, or stood in line")
    @Timespan(Timespan.NANOSECONDS)
    long post;

    @Label("Wire and Server")
    @Description("From then until the answer was here")
    @Timespan(Timespan.NANOSECONDS)
    long wireAndServer;

    @Label("Completion")
    @Description("From the answer until the callback had returned")
    @Timespan(Timespan.NANOSECONDS)
    long completion;
}
