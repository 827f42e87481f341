package io.rtrs.interop.wire;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** Connections between two ends, from connect to disconnect: what one end does in each. The passive one listens first. */
final class Conversations implements AutoCloseable {
    /** All that a request, an accept and a reject can carry. */
    private static final int REQUEST_DATA = 56;

    private static final int ACCEPT_DATA = 196;
    private static final int REJECT_DATA = 148;

    private static final int CONSUMER_REJECT = 28;
    private static final int NOBODY_LISTENS = 8;

    /** How many messages of a step are posted at once to an end that has fewer receives. */
    private static final int TOO_MANY = End.RECEIVES + 2;

    private final VerbsProvider provider;
    private final Listening listening;

    Conversations(VerbsProvider provider) {
        this.provider = provider;
        this.listening = new Listening(provider);
    }

    void listen(InetSocketAddress address) throws IOException {
        listening.on(address);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /**
     * Connects, asks for everything, answers everything, disconnects. Who sent last ends it, when that is acknowledged: the
     * other cannot know, and if its last ACK was lost, nobody would answer the kernel's device, which asks for ever.
     */
    void ask(InetAddress source, InetSocketAddress destination, int mtu) throws IOException {
        try (Events events = new Events(provider);
                End end = dial(events, source, destination)) {
            established(events, 2);
            new Requester(end).run(Step.all(mtu, 1));
            new Answerer(end).run(Step.all(mtu, 1001));
            disconnect(events, end, true);
        }
    }

    /** The passive part of {@link #ask}. */
    void answer(int mtu) throws IOException {
        try (End end = accept(2)) {
            new Answerer(end).run(Step.all(mtu, 1));
            new Requester(end).run(Step.all(mtu, 1001));
            disconnect(listening.events(), end, false);
        }
    }

    /** Connects and is rejected. */
    @SuppressWarnings("try") // the end only has to be there
    void askInVain(InetAddress source, InetSocketAddress destination) throws IOException {
        try (Events events = new Events(provider);
                End end = dial(events, source, destination)) {
            CmEvent rejected = events.take(EventType.RDMA_CM_EVENT_REJECTED);
            equal("the reason", rejected.getStatus(), CONSUMER_REJECT);
            data("the reject", rejected, REJECT_DATA, 3);
        }
    }

    /** The passive part of {@link #askInVain}. */
    void reject() throws IOException {
        Events events = listening.events();
        CmEvent request = events.take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
        data("the request", request, REQUEST_DATA, 1);
        RdmaCmId asked = request.getConnIdPriv();
        events.cm.reject(asked, bytes(3, REJECT_DATA));
        events.cm.destroyCmId(asked);
    }

    /** Connects to a port where nobody listens. */
    @SuppressWarnings("try") // the end only has to be there
    void askNobody(InetAddress source, InetSocketAddress destination) throws IOException {
        try (Events events = new Events(provider);
                End end = dial(events, source, destination)) {
            equal("the reason", events.take(EventType.RDMA_CM_EVENT_REJECTED).getStatus(), NOBODY_LISTENS);
        }
    }

    /** Connects, sends more than there are receives, then writes with a wrong key, which ends the connection. */
    void trespass(InetAddress source, InetSocketAddress destination) throws IOException {
        try (Events events = new Events(provider);
                End end = dial(events, source, destination)) {
            established(events, 2);
            sendTooMany(end);
            IbvWC wc = end.arrived();
            Place place = Place.decode(end.arrivedIn(wc.getWr_id(), Place.BYTES));
            End.post(end.request(WrOpcode.RDMA_WRITE, End.FIRST_REQUEST, end.out.asSlice(0, 8))
                    .remote(0, place.address(), place.rkey() ^ 1));
            End.post(end.request(WrOpcode.SEND, End.FIRST_REQUEST + 1, end.out.asSlice(0, 8)));
            equal("the refused write's status", end.nextSent().getStatus(), End.REMOTE_ACCESS);
            equal("the status of what was behind it", end.nextSent().getStatus(), End.FLUSHED);
            disconnect(events, end, true, End.RECEIVES - 1);
        }
    }

    /** The passive part of {@link #trespass}: takes the messages one by one, and is written to in vain. */
    void guard() throws IOException {
        try (End end = accept(2)) {
            for (int i = 0; i < TOO_MANY; i++) {
                IbvWC wc = end.arrived();
                Content.check(end.arrivedIn(wc.getWr_id(), wc.getByte_len()), i, "message " + i);
                end.repost(wc.getWr_id());
            }
            end.sink.fill((byte) 0);
            MemorySegment message = end.out.asSlice(0, Place.BYTES);
            new Place(0, end.region.getRkey(), end.sink.address()).encode(message);
            End.post(end.request(WrOpcode.SEND, End.FIRST_REQUEST, message));
            // The peer may acknowledge it behind the write that ends the connection. That it arrived, the peer shows.
            equal("the request that completed", end.nextSent().getWr_id(), End.FIRST_REQUEST);
            disconnect(listening.events(), end, false);
            Content.untouched(end.sink.asSlice(0, 8), (byte) 0, "the refused write");
        }
    }

    private static void sendTooMany(End end) throws IOException {
        for (int i = 0; i < TOO_MANY; i++) {
            MemorySegment local = end.out.asSlice(i * 8192L, 5000);
            Content.fill(local, i);
            End.post(end.request(WrOpcode.SEND, End.FIRST_REQUEST + i, local));
        }
        for (int i = 0; i < TOO_MANY; i++) {
            end.sent(End.FIRST_REQUEST + i);
        }
    }

    // ---- connections

    private End dial(Events events, InetAddress source, InetSocketAddress destination) throws IOException {
        End end = new End(provider, events.resolved(source, destination));
        events.cm.connect(end.id, Events.parameters(bytes(1, REQUEST_DATA)));
        return end;
    }

    private static void established(Events events, int number) throws IOException {
        data("the reply", events.take(EventType.RDMA_CM_EVENT_ESTABLISHED), ACCEPT_DATA, number);
    }

    private End accept(int number) throws IOException {
        Events events = listening.events();
        CmEvent request = events.take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
        data("the request", request, REQUEST_DATA, 1);
        End end = new End(provider, request.getConnIdPriv());
        events.cm.accept(end.id, Events.parameters(bytes(number, ACCEPT_DATA)));
        events.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        return end;
    }

    private static byte[] bytes(int number, int length) {
        return Content.of(number, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void data(String what, CmEvent event, int length, int number) {
        if (!Arrays.equals(event.privateData(), bytes(number, length))) {
            throw new AssertionError(
                    "the private data of " + what + " is not what was sent: " + Arrays.toString(event.privateData()));
        }
    }

    private static void disconnect(Events events, End end, boolean first) throws IOException {
        disconnect(events, end, first, End.RECEIVES);
    }

    /** Ends the connection, as the first or after the other; the receives flush. */
    private static void disconnect(Events events, End end, boolean first, int receives) throws IOException {
        if (first) {
            events.cm.disconnect(end.id);
        }
        events.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
        if (!first) {
            events.cm.disconnect(end.id);
        }
        for (int i = 0; i < receives; i++) {
            equal("the status of a posted receive", end.nextArrived().getStatus(), End.FLUSHED);
        }
    }

    private static void equal(String what, long is, long expected) {
        if (is != expected) {
            throw new AssertionError(what + " is " + is + "; expected " + expected);
        }
    }
}
