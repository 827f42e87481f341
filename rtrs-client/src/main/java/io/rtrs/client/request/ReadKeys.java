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
 * <p><b>Threading:</b> {@link #give} by the thread that has claimed the entry, the rest by the connections' loops; what is
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
    ReadKeys(RequestTableBuilder parts, ResourceStack resources) throws IOException {
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
     * Chooses the entry's key: the window's, bound by the work request {@code wr}, or the region's own.
     *
     * @return whether {@code wr} has to be posted before the request
     */
    static boolean give(InFlight entry, PostSend call, int wr, MemoryRegion memory, long address, int length) {
        MemoryWindow window = entry.window;
        entry.hasWindow = window != null;
        if (window == null) {
            entry.rkey = memory.getRkey();
            return false;
        }
        entry.rkey = MemoryWindow.nextRkey(window.rkey());
        call.bindWindow(wr, window, entry.rkey, memory, address, length, IbvMr.IBV_ACCESS_REMOTE_WRITE);
        call.flags(wr, 0).wrId(wr, WorkId.of(WorkId.BIND, entry.id));
        return true;
    }

    /** What the server is to do with the key that it got: flags of the read's header. */
    int flags(InFlight entry) {
        return entry.hasWindow && !atHand ? Protocol.FLAG_NEED_INVAL : 0;
    }

    /**
     * The request was answered: takes back the key that its entry may have.
     *
     * @param invalidated whether the server has invalidated it
     * @return whether the request is over, and the caller has the duty to call back; if not, the invalidate has it until
     *     {@link #onInvalidated}, or nobody because the answer was wrong
     */
    boolean takeBack(Connection connection, InFlight entry, int status, boolean invalidated) {
        if (atHand) {
            return revoke(entry, status);
        }
        if (entry.isActive() && entry.hasWindow && !invalidated) {
            invalidate(connection, entry, status);
            return false;
        }
        return entry.takeAnswered() || stray(entry);
    }

    /** The local invalidate has completed: whether the caller has the duty to call back, with the status that was answered. */
    boolean onInvalidated(InFlight entry) {
        return entry.takeInvalidated();
    }

    /**
     * Whatever the server did. The entry is taken before its key is looked at: a second answer on another connection must not
     * meet the permit's next request.
     */
    private boolean revoke(InFlight entry, int status) {
        if (!entry.startInvalidate(status)) {
            return stray(entry);
        }
        MemoryWindow window = entry.hasWindow ? entry.window : null;
        if (window != null && !window.revoke()) {
            events.onPathError(
                    Errno.ECONNRESET, "an answer with msg_id = " + entry.id + " came before its request was sent");
            return false;
        }
        return entry.takeInvalidated();
    }

    /** The server left the key alone. It is invalidated once, on the connection that it is bound on. */
    private void invalidate(Connection connection, InFlight entry, int status) {
        if (connection != entry.connection) {
            events.onPathError(
                    Errno.ECONNRESET,
                    "the answer with msg_id = " + entry.id + " came on con " + connection.cid()
                            + ", which its request did not take");
            return;
        }
        if (!entry.startInvalidate(status)) {
            events.onStray("a second answer with msg_id = " + entry.id);
            return;
        }
        events.onInvalidateIgnored();
        SendLine line = lines[connection.cid()];
        if (line.tryTake()) {
            postInvalidate(connection, entry);
        } else {
            line.add(entry.id); // this is the loop, which looks at the line when credits come back
        }
    }

    /** Posts the local invalidate of an entry that has a credit for it. */
    void postInvalidate(Connection connection, InFlight entry) {
        PostSend call = invalidateCalls[connection.cid()];
        int errno;
        synchronized (call) { // beside the loop, a thread that has found the line not empty
            call.invalidate(0, entry.rkey);
            errno = connection.credits().postSignaled(call, 0, WorkId.of(WorkId.INVALIDATE, entry.id));
        }
        if (errno != 0) {
            events.onPathError(Errno.ECONNRESET, "posting a local invalidate failed with errno " + errno);
        }
    }

    private boolean stray(InFlight entry) {
        events.onStray("an answer with msg_id = " + entry.id + ", whose permit has no request under way");
        return false;
    }
}
