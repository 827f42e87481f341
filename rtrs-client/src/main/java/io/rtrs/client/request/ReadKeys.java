package io.rtrs.client.request;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.SendLine;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.Protocol;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.util.List;

/**
 * The keys that the server gets for the reads of one path, and how they are taken back before a read is over (spec/rtrs.md
 * 17.1, 3).
 *
 * <p>A window's key is good for one read. Where windows are at hand, the client revokes it when the answer is here. Elsewhere
 * the server is asked to invalidate it with the answer; if it did not, a local invalidate does, and the read is over when that
 * has completed. Without windows the server gets the region's own key, which stays.
 *
 * <p><b>Threading:</b> {@link #give} by the thread that has claimed the request, the rest by the connections' loops; what is
 * written here is of one connection. <b>Allocation:</b> none, unless something is wrong.
 */
final class ReadKeys {
    private final boolean atHand;
    private final PathEvents events;

    /** By cid. */
    private final PostSend[] invalidateCalls;

    private final SendLine[] lines;

    /**
     * Makes what takes the keys of a path back.
     *
     * @param parts the table's
     * @param resources gets everything that was made, also if this fails
     */
    ReadKeys(CarrierTableBuilder parts, ResourceStack resources) throws IOException {
        Device device = parts.device;
        List<Connection> connections = parts.connections;
        this.atHand = device.attributes().windowsAtHand();
        this.events = parts.events;
        this.lines = parts.lines;
        this.invalidateCalls = new PostSend[atHand ? 0 : connections.size()];
        for (int cid = 0; cid < invalidateCalls.length; cid++) {
            PostSend call = device.verbs().postSend(connections.get(cid).qp(), 1, 1);
            resources.push("local invalidate", call::free);
            call.opcode(0, WrOpcode.LOCAL_INV);
            invalidateCalls[cid] = call;
        }
    }

    /**
     * Chooses the carrier's key: the window's, bound by the work request {@code wr}, or the region's own.
     *
     * @return whether {@code wr} has to be posted before the request
     */
    static boolean give(Carrier carrier, PostSend call, int wr, MemoryRegion memory, long address, int length) {
        MemoryWindow window = carrier.window;
        carrier.hasWindow = window != null;
        if (window == null) {
            carrier.rkey = memory.getRkey();
            return false;
        }
        carrier.rkey = MemoryWindow.nextRkey(window.rkey());
        call.bindWindow(wr, window, carrier.rkey, memory, address, length, IbvMr.IBV_ACCESS_REMOTE_WRITE);
        call.flags(wr, 0).wrId(wr, WorkId.of(WorkId.BIND, carrier.id()));
        return true;
    }

    /** What the server is to do with the key that it got: flags of the read's header. */
    int flags(Carrier carrier) {
        return carrier.hasWindow && !atHand ? Protocol.FLAG_NEED_INVAL : 0;
    }

    /**
     * The request was answered: takes back the key that its carrier may have.
     *
     * @param invalidated whether the server has invalidated it
     * @return what became of the answer; STRAY also if it was wrong, or if an invalidate comes next
     */
    Request.Taken takeBack(Connection connection, Carrier carrier, int status, boolean invalidated) {
        if (atHand) {
            return revoke(carrier, status);
        }
        if (carrier.isCarrying() && carrier.hasWindow && !invalidated) {
            invalidate(connection, carrier, status);
            return Request.Taken.STRAY;
        }
        return noStray(carrier, carrier.request.takeAnswered(carrier.tag, status));
    }

    /**
     * Whatever the server did. The request is taken before its key is looked at: a second answer on another connection must not
     * meet the permit's next request.
     */
    private Request.Taken revoke(Carrier carrier, int status) {
        if (!carrier.request.startSettling(carrier.tag, status)) {
            return noStray(carrier, Request.Taken.STRAY);
        }
        MemoryWindow window = carrier.hasWindow ? carrier.window : null;
        if (window != null && !window.revoke()) {
            carrier.request.distrust(carrier.tag); // first: what the report starts must not take it for an answer
            events.onPathError(
                    Errno.ECONNRESET, "an answer with msg_id = " + carrier.id() + " came before its request was sent");
            return Request.Taken.STRAY;
        }
        return carrier.request.takeSettled(carrier.tag);
    }

    /** The server left the key alone. It is invalidated once, on the connection that it is bound on. */
    private void invalidate(Connection connection, Carrier carrier, int status) {
        if (connection != carrier.connection) {
            events.onPathError(
                    Errno.ECONNRESET,
                    "the answer with msg_id = " + carrier.id() + " came on con " + connection.cid()
                            + ", which its request did not take");
            return;
        }
        if (!carrier.request.startSettling(carrier.tag, status)) {
            events.onStray("a second answer with msg_id = " + carrier.id());
            return;
        }
        events.onInvalidateIgnored();
        SendLine line = lines[connection.cid()];
        if (line.tryTake()) {
            postInvalidate(connection, carrier);
        } else {
            line.add(carrier.id()); // this is the loop, which looks at the line when credits come back
        }
    }

    /** Posts the local invalidate of a carrier that has a credit for it. */
    void postInvalidate(Connection connection, Carrier carrier) {
        PostSend call = invalidateCalls[connection.cid()];
        int errno;
        synchronized (call) { // beside the loop, a thread that has found the line not empty
            call.invalidate(0, carrier.rkey);
            errno = connection.credits().postSignaled(call, 0, WorkId.of(WorkId.INVALIDATE, carrier.id()));
        }
        if (errno != 0) {
            events.onPathError(Errno.ECONNRESET, "posting a local invalidate failed with errno " + errno);
        }
    }

    private Request.Taken noStray(Carrier carrier, Request.Taken taken) {
        if (taken == Request.Taken.STRAY) {
            events.onStray("an answer with msg_id = " + carrier.id() + ", whose permit has no request under way");
        }
        return taken;
    }
}
