package io.rtrs.interop.contract;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Two connected queue pairs. */
final class ConnectedPair implements AutoCloseable {
    static final int DEPTH = 64;

    final RdmaEventChannel activeEvents;
    final RdmaEventChannel passiveEvents;
    final RdmaCmId listener;
    final Endpoint active;
    final Endpoint passive;
    final Arena arena = Arena.ofShared();
    private boolean hasPassive = true;

    static ConnectedPair open() throws IOException {
        return new ConnectedPair(Subject.ADDRESS, 7, 0, null);
    }

    static ConnectedPair withRnrRetry(int count) throws IOException {
        return new ConnectedPair(Subject.ADDRESS, count, 0, null);
    }

    static ConnectedPair withReads() throws IOException {
        return new ConnectedPair(Subject.ADDRESS, 7, 4, null);
    }

    static ConnectedPair at(InetAddress address) throws IOException {
        return new ConnectedPair(address, 7, 0, null);
    }

    /** A pair whose passive side uses the domain of another pair's. */
    static ConnectedPair sharing(IbvPd passivePd) throws IOException {
        return new ConnectedPair(Subject.ADDRESS, 7, 0, passivePd);
    }

    /** A pair whose sides connect and accept with these. */
    static ConnectedPair of(RdmaConnParam connecting, RdmaConnParam accepting) throws IOException {
        return new ConnectedPair(Subject.ADDRESS, connecting, accepting, null);
    }

    private ConnectedPair(InetAddress address, int rnrRetry, int reads, IbvPd passivePd) throws IOException {
        this(address, parameters(rnrRetry, reads), parameters(rnrRetry, reads), passivePd);
    }

    private ConnectedPair(InetAddress address, RdmaConnParam connecting, RdmaConnParam accepting, IbvPd passivePd)
            throws IOException {
        ExtendedCm cm = Subject.cm();
        activeEvents = cm.createEventChannel();
        passiveEvents = cm.createEventChannel();
        listener = listen(passiveEvents, address);
        RdmaCmId id = resolved(activeEvents, (InetSocketAddress) cm.getSrcAddr(listener));
        active = new Endpoint(id, null, DEPTH, arena);
        cm.connect(id, connecting);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        passive = new Endpoint(asked, passivePd, DEPTH, arena);
        cm.accept(asked, accepting);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
    }

    /** A listener at a free port of the address. */
    static RdmaCmId listen(RdmaEventChannel events, InetAddress address) throws IOException {
        RdmaCmId listener = Subject.cm().createId(events, RdmaCm.RDMA_PS_TCP);
        Subject.cm().bindAddr(listener, new InetSocketAddress(address, 0));
        Subject.cm().listen(listener, 64);
        return listener;
    }

    /** An id that is ready to connect to the destination. */
    static RdmaCmId resolved(RdmaEventChannel events, InetSocketAddress destination) throws IOException {
        RdmaCmId id = Subject.cm().createId(events, RdmaCm.RDMA_PS_TCP);
        Subject.cm().resolveAddr(id, null, destination, 5000);
        Subject.take(events, EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        Subject.cm().resolveRoute(id, 5000);
        Subject.take(events, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        return id;
    }

    /** What RTRS connects with (spec/rtrs.md 4.3), or with other numbers. */
    static ConnParam parameters(int rnrRetry, int reads) throws IOException {
        ConnParam parameters = new ConnParam().reads(reads, reads);
        parameters.setRetry_count((byte) 7);
        parameters.setRnr_retry_count((byte) rnrRetry);
        return parameters;
    }

    /** The test has closed the passive side. */
    void passiveGone() {
        hasPassive = false;
    }

    @Override
    public void close() throws IOException {
        active.close();
        if (hasPassive) {
            passive.close();
        }
        Subject.cm().destroyCmId(listener);
        Subject.cm().destroyEventChannel(activeEvents);
        Subject.cm().destroyEventChannel(passiveEvents);
        arena.close();
    }
}
