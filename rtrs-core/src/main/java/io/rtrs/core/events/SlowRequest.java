package io.rtrs.core.events;

import io.rtrs.core.Direction;

/**
 * When what happened to a request of a client; made for each request while a recording wants slow ones, and only then.
 *
 * <p><b>Threading:</b> marks come from the threads that have the request, one after the other; the mark of the post may come
 * after that of the answer, and then too late to be seen.
 */
public final class SlowRequest {
    /** Tells whether the event is wanted; its code is replaced by the JVM when a recording starts. */
    private static final RequestEvent PROBE = new RequestEvent();

    private final RequestEvent event = new RequestEvent();
    private final String session;
    private final long permitWaitNs;
    private final long askedNs = System.nanoTime();
    private long postedNs;
    private long answeredNs;
    private String path = "";

    /** A request of a session begins, whose permit took so long to get. */
    public SlowRequest(String session, long permitWaitNs) {
        this.session = session;
        this.permitWaitNs = permitWaitNs;
        event.begin();
    }

    /** Whether a recording wants slow requests. */
    public static boolean isWanted() {
        return PROBE.isEnabled();
    }

    /** The time of these marks. */
    public static long nowNs() {
        return System.nanoTime();
    }

    /** A path has it, posted or in line. */
    public void posted(String by) {
        postedNs = System.nanoTime();
        path = by;
    }

    /** The answer is here. */
    public void answered() {
        answeredNs = System.nanoTime();
    }

    /** The callback has returned: tells it, if it was slow. */
    public void ended(int permit, Direction direction, int bytes, int status) {
        event.end();
        if (!event.shouldCommit()) {
            return;
        }
        long nowNs = System.nanoTime();
        long answered = answeredNs == 0 ? nowNs : answeredNs;
        // The answer may be here before the post has returned.
        long posted = postedNs == 0 ? answered : Math.min(postedNs, answered);
        event.session = session;
        event.path = path;
        event.permit = permit;
        event.direction = direction.name();
        event.data = bytes;
        event.status = status;
        event.permitWait = permitWaitNs;
        event.post = posted - askedNs;
        event.wireAndServer = answered - posted;
        event.completion = nowNs - answered;
        event.commit();
    }
}
