package io.rtrs.interop.wire;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Speaks with {@code ib_send_bw}, {@code ib_write_bw} and {@code ib_read_bw} of perftest with their option {@code -R}. Over
 * a first connection they tell each other versions, parameters and, as often as they wait for each other, keys; a second one
 * carries what is measured; over the first follow the results.
 */
final class PerftestPeer implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int CACHE_LINE = 64;

    /** The server listens for the second connection after it has said that it will. */
    private static final int DIALS = 200;

    private static final Duration BETWEEN_DIALS = Duration.ofMillis(50);

    /** READs, writes or messages under way at once. */
    private static final int WINDOW = 4;

    /** Most of the time enough, so that a client's messages seldom find none. */
    private static final int RECEIVES = 32;

    private static final byte UNTOUCHED = 0x5a;

    private final VerbsProvider provider;
    private final Listening listening;

    PerftestPeer(VerbsProvider provider) {
        this.provider = provider;
        this.listening = new Listening(provider);
    }

    // ---- server

    void listen(InetSocketAddress address) throws IOException {
        listening.on(address);
    }

    /**
     * Plays the server for one run of the program.
     *
     * @return how many messages arrived, or in how many pages the client has written
     */
    int serve(PerftestProgram program, int iterations, int size) throws IOException {
        Events events = listening.events();
        try (End first = accept(events, End.RECEIVES)) {
            PerftestTalk talk = new PerftestTalk(first);
            byte[] message = talk.hear();
            while (message.length != PerftestKeys.BYTES) {
                talk.say(message); // the same version, page size, cache line and path MTU here
                message = talk.hear();
            }
            talk.say(message);
            try (End data = accept(events, RECEIVES)) {
                MemorySegment place = data.sink.asSlice(0, size + End.GUARD).fill(UNTOUCHED);
                byte[] keys = keys(data, place, listening.address()).encode();
                for (int i = 0; i < program.greetings; i++) {
                    PerftestKeys.decode(talk.hear());
                    talk.say(keys);
                }
                int arrived = program == PerftestProgram.SEND ? take(data, iterations, size) : 0;
                finish(program, talk, keys, iterations, size);
                events.cm.disconnect(data.id);
                disconnected(events, data.id);
                return program == PerftestProgram.WRITE ? changed(place, size) : arrived;
            }
        }
    }

    private End accept(Events events, int receives) throws IOException {
        RdmaCmId asked = events.take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
        End end = new End(provider, asked, receives);
        events.cm.accept(end.id, Events.parameters(new byte[0]));
        events.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        return end;
    }

    /** Counts what the client sends. */
    private static int take(End data, int iterations, int size) throws IOException {
        for (int i = 0; i < iterations; i++) {
            IbvWC wc = data.arrived();
            if (wc.getByte_len() != size) {
                throw new AssertionError("message " + i + " has " + wc.getByte_len() + " bytes; expected " + size);
            }
            data.repost(wc.getWr_id());
        }
        return iterations;
    }

    /** Hears that the client is through, and what it has measured. */
    private static void finish(PerftestProgram program, PerftestTalk talk, byte[] keys, int iterations, int size)
            throws IOException {
        if (program.reports) {
            PerftestKeys.decode(talk.hear());
            talk.say(keys);
            List<byte[]> report = new ArrayList<>();
            for (int i = 0; i < PerftestReport.FIELDS; i++) {
                report.add(talk.hear());
                talk.say(report.getLast());
            }
            PerftestReport.check(report, size, iterations);
        }
        PerftestKeys.decode(talk.hear());
        talk.say(keys);
    }

    // ---- client

    /**
     * Plays the client for one run of the program.
     *
     * @return how many pages it has read, or 0
     */
    int measure(PerftestProgram program, InetAddress source, InetSocketAddress destination, int iterations, int size)
            throws IOException {
        try (Events events = new Events(provider);
                End first = dial(events, source, destination)) {
            PerftestTalk talk = new PerftestTalk(first);
            for (byte[] message : opening()) {
                talk.exchange(message);
            }
            byte[] nothing = new PerftestKeys(0, 0, 0, 0, PerftestKeys.gid(source)).encode();
            talk.exchange(nothing);
            try (End data = dial(events, source, destination)) {
                MemorySegment place = data.sink.asSlice(0, size + End.GUARD).fill(UNTOUCHED);
                byte[] ours = keys(data, place, source).encode();
                PerftestKeys theirs = PerftestKeys.decode(talk.exchange(ours));
                for (int i = 1; i < program.greetings; i++) {
                    theirs = PerftestKeys.decode(talk.exchange(ours));
                }
                MemorySegment bytes = program == PerftestProgram.READ ? place : data.out;
                long began = System.nanoTime();
                transfer(program, data, bytes.asSlice(0, size), theirs, iterations);
                report(program, talk, ours, new PerftestReport(size, iterations, System.nanoTime() - began));
                disconnected(events, null);
                return program == PerftestProgram.READ ? changed(place, size) : 0;
            }
        }
    }

    /** What a client says before any keys: version, page size, size of a cache line, and the code of path MTU 4096. */
    static List<byte[]> opening() {
        byte[] version = Arrays.copyOf("6.06".getBytes(StandardCharsets.US_ASCII), 16);
        return List.of(version, number(PAGE), number(CACHE_LINE), new byte[] {'5', 0});
    }

    /** Connects, again and again while nobody listens. */
    private End dial(Events events, InetAddress source, InetSocketAddress destination) throws IOException {
        for (int i = 0; ; i++) {
            End end = new End(provider, events.resolved(source, destination));
            events.cm.connect(end.id, Events.parameters(new byte[0]));
            EventType came = events.take().type();
            if (came == EventType.RDMA_CM_EVENT_ESTABLISHED) {
                return end;
            }
            end.close();
            if (came != EventType.RDMA_CM_EVENT_REJECTED || i == DIALS) {
                throw new AssertionError(came + " at attempt " + i);
            }
            LockSupport.parkNanos(BETWEEN_DIALS.toNanos());
        }
    }

    private static void transfer(
            PerftestProgram program, End data, MemorySegment bytes, PerftestKeys to, int iterations)
            throws IOException {
        for (int i = 0; i < iterations + WINDOW; i++) {
            long wrId = End.FIRST_REQUEST + i % WINDOW;
            if (i >= WINDOW) {
                data.sent(wrId);
            }
            if (i < iterations) {
                PostSend request = data.request(program.opcode, wrId, bytes);
                End.post(program == PerftestProgram.SEND ? request : request.remote(0, to.address(), to.rkey()));
            }
        }
    }

    private static void report(PerftestProgram program, PerftestTalk talk, byte[] keys, PerftestReport measured)
            throws IOException {
        if (program.reports) {
            talk.exchange(keys);
            for (byte[] field : measured.encode()) {
                talk.exchange(field);
            }
        }
        talk.exchange(keys);
    }

    // ---- both

    private static PerftestKeys keys(End data, MemorySegment place, InetAddress local) throws IOException {
        return new PerftestKeys(
                WINDOW, data.qp.getQp_num(), data.region.getRkey(), place.address(), PerftestKeys.gid(local));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /** In how many pages of the memory something has changed; nothing may have changed behind it. */
    private static int changed(MemorySegment place, int size) {
        Content.untouched(place.asSlice(size, End.GUARD), UNTOUCHED, "perftest");
        int pages = 0;
        for (int at = 0; at < size; at += PAGE) {
            byte[] page = place.asSlice(at, Math.min(PAGE, size - at)).toArray(ValueLayout.JAVA_BYTE);
            byte[] before = new byte[page.length];
            Arrays.fill(before, UNTOUCHED);
            pages += Arrays.equals(page, before) ? 0 : 1;
        }
        return pages;
    }

    /** Waits for the end of both connections, and ends those that the peer ends. */
    private static void disconnected(Events events, @Nullable RdmaCmId ended) throws IOException {
        for (int i = 0; i < 2; i++) {
            RdmaCmId id = events.take(EventType.RDMA_CM_EVENT_DISCONNECTED).getConnIdPriv();
            if (id != ended) {
                events.cm.disconnect(id);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
