package io.rtrs.interop.wire;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Speaks with {@code rping} of rdmacm-utils. In each round the client says where a text is, the server reads it and gives
 * a sign; the client says where it wants an answer, the server writes the same text there and gives a sign. What they say
 * are messages of 16 bytes: address, key and length of memory of the client; the signs have the same length and no meaning.
 */
final class RpingPeer implements AutoCloseable {
    private static final int MESSAGE = 16;
    private static final long READY = End.FIRST_REQUEST;
    private static final long DATA = End.FIRST_REQUEST + 1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final VerbsProvider provider;
    private final Listening listening;

    RpingPeer(VerbsProvider provider) {
        this.provider = provider;
        this.listening = new Listening(provider);
    }

    // ---- client

    /** Plays the client for some rounds with texts of this length, and disconnects. */
    void ping(InetAddress source, InetSocketAddress destination, int rounds, int size) throws IOException {
        try (Events events = new Events(provider);
                End end = new End(provider, events.resolved(source, destination))) {
            events.cm.connect(end.id, Events.parameters(new byte[0]));
            events.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            for (int round = 0; round < rounds; round++) {
                MemorySegment text = end.source.asSlice(0, size);
                text(text, round);
                say(end, text);
                sign(end);
                MemorySegment answer = end.sink.asSlice(0, size).fill((byte) 0);
                say(end, answer);
                sign(end);
                if (answer.mismatch(text) >= 0) {
                    throw new AssertionError("round " + round + ": the answer is not the text");
                }
            }
            events.cm.disconnect(end.id);
            events.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
        }
    }

    /** As {@code rping} has it: a heading, then letters that begin one further each round, and an end. */
    private static void text(MemorySegment to, int round) {
        byte[] heading = ("rdma-ping-" + round + ": ").getBytes(StandardCharsets.US_ASCII);
        int length = (int) to.byteSize();
        for (int i = 0; i < length; i++) {
            byte letter = (byte) ('A' + (round + i - heading.length) % 57);
            to.set(ValueLayout.JAVA_BYTE, i, i < heading.length ? heading[i] : letter);
        }
        to.set(ValueLayout.JAVA_BYTE, length - 1L, (byte) 0);
    }

    private static void say(End end, MemorySegment place) throws IOException {
        MemorySegment message = end.out.asSlice(0, MESSAGE);
        message.set(LONG, 0, place.address());
        message.set(INT, 8, end.region.getRkey());
        message.set(INT, 12, (int) place.byteSize());
        End.post(end.request(WrOpcode.SEND, READY, message));
        end.sent(READY);
    }

    private static void sign(End end) throws IOException {
        IbvWC wc = end.arrived();
        if (wc.getByte_len() != MESSAGE) {
            throw new AssertionError("a sign of " + wc.getByte_len() + " bytes; expected " + MESSAGE);
        }
        end.repost(wc.getWr_id());
    }

    // ---- server

    void listen(InetSocketAddress address) throws IOException {
        listening.on(address);
    }

    /** Plays the server for one client that plays so many rounds, until it disconnects. */
    void serve(int rounds) throws IOException {
        Events events = listening.events();
        RdmaCmId asked = events.take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
        try (End end = new End(provider, asked)) {
            events.cm.accept(end.id, Events.parameters(new byte[0]));
            events.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            for (int round = 0; round < rounds; round++) {
                transfer(end, WrOpcode.RDMA_READ);
                transfer(end, WrOpcode.RDMA_WRITE);
            }
            events.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            events.cm.disconnect(end.id);
        }
    }

    /** Waits for the client's word, does what is due with the memory that it names, and gives a sign. */
    private static void transfer(End end, int opcode) throws IOException {
        IbvWC wc = end.arrived();
        if (wc.getByte_len() != MESSAGE) {
            throw new AssertionError("a message of " + wc.getByte_len() + " bytes; expected " + MESSAGE);
        }
        MemorySegment message = end.arrivedIn(wc.getWr_id(), MESSAGE);
        long address = message.get(LONG, 0);
        int key = message.get(INT, 8);
        MemorySegment text = end.out.asSlice(0, message.get(INT, 12));
        end.repost(wc.getWr_id());
        End.post(end.request(opcode, DATA, text).remote(0, address, key));
        end.sent(DATA);
        End.post(end.request(WrOpcode.SEND, READY, end.source.asSlice(0, MESSAGE)));
        end.sent(READY);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
