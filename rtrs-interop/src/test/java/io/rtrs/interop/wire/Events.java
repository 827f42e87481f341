package io.rtrs.interop.wire;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Connection management of one end: an event channel, and what tests do with it. */
final class Events implements AutoCloseable {
    static final short TCP = 0x106;

    /**
     * Longer than any step takes, on an emulated machine and with loss: the kernel sends a REQ again after 6 s, a request
     * of its queue pairs after 2 s.
     */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    final ExtendedCm cm;
    final RdmaEventChannel channel;

    Events(VerbsProvider provider) throws IOException {
        cm = provider.cm();
        channel = cm.createEventChannel();
    }

    /** The next event, acknowledged. */
    CmEvent take() throws IOException {
        return next("any");
    }

    private CmEvent next(Object expected) throws IOException {
        CmEvent event = (CmEvent) cm.getCmEvent(channel, (int) PATIENCE.toMillis());
        if (event == null) {
            throw new AssertionError("no event came; expected " + expected);
        }
        cm.ackCmEvent(event);
        return event;
    }

    /** The next event, acknowledged; it must be of this type. */
    CmEvent take(EventType type) throws IOException {
        CmEvent event = next(type);
        if (event.type() != type) {
            throw new AssertionError(event.type() + " with status " + event.getStatus() + "; expected " + type);
        }
        return event;
    }

    RdmaCmId listen(InetSocketAddress address) throws IOException {
        RdmaCmId listener = cm.createId(channel, TCP);
        try {
            cm.bindAddr(listener, address);
            cm.listen(listener, 8);
        } catch (IOException e) {
            cm.destroyCmId(listener);
            throw e;
        }
        return listener;
    }

    /** An id that is ready to connect. */
    RdmaCmId resolved(InetAddress source, InetSocketAddress destination) throws IOException {
        RdmaCmId id = cm.createId(channel, TCP);
        cm.resolveAddr(id, new InetSocketAddress(source, 0), destination, (int) PATIENCE.toMillis());
        take(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        cm.resolveRoute(id, (int) PATIENCE.toMillis());
        take(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        return id;
    }

    /** With four READs or atomics at once in both directions, and patience with receives that are not there yet. */
    static ConnParam parameters(byte[] privateData) throws IOException {
        ConnParam parameters = new ConnParam().reads(4, 4).privateData(privateData);
        parameters.setRetry_count((byte) 7);
        parameters.setRnr_retry_count((byte) 7);
        return parameters;
    }

    @Override
    public void close() throws IOException {
        cm.destroyEventChannel(channel);
    }
}
