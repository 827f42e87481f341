package io.rtrs.client.request;

/**
 * The requests of a session, one for each permit, on whatever paths they are.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class RequestTable {
    private final Request[] requests;

    /** Makes as many idle requests as the session has permits. */
    public RequestTable(int queueDepth) {
        this.requests = new Request[queueDepth];
        for (int id = 0; id < queueDepth; id++) {
            requests[id] = new Request(id);
        }
    }

    /** Permits of the session. */
    public int queueDepth() {
        return requests.length;
    }

    /** The request of a permit. */
    public Request of(PermitSlot permit) {
        return requests[permit.id()];
    }

    /** The request of a permit's id, which is less than the queue depth. */
    Request get(int id) {
        return requests[id];
    }

    /** Whether the permit's request is under way. */
    public boolean isBusy(PermitSlot permit) {
        return requests[permit.id()].isBusy();
    }

    /** Whether a request that is under way names the region. */
    public boolean uses(RegisteredRegion region) {
        for (Request request : requests) {
            if (request.isBusy() && request.region == region) {
                return true;
            }
        }
        return false;
    }
}
