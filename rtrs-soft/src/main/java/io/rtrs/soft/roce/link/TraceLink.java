package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.PacketText;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A link that tells every packet, either way, as a line of text: {@code address > peer} for packets sent, {@code address <
 * peer} for received ones, and what {@link PacketText} says of it.
 *
 * <p><b>Ownership</b>: closes the link below. <b>Allocation</b>: for each packet; this is for people.
 */
public final class TraceLink implements Link {
    private final Link link;
    private final Consumer<String> lines;
    private Peer to = new Peer(new Gid(0, 0), 0);
    private long place;
    private int length;

    /** Tells the packets of {@code link}. */
    public TraceLink(Link link, Consumer<String> lines) {
        this.link = link;
        this.lines = lines;
    }

    @Override
    public Gid local() {
        return link.local();
    }

    @Override
    public int port() {
        return link.port();
    }

    @Override
    public int sourcePort(Peer peer) {
        return link.sourcePort(peer);
    }

    @Override
    public int pathMtu() {
        return link.pathMtu();
    }

    @Override
    public MemorySegment transmitMemory() {
        return link.transmitMemory();
    }

    @Override
    public long reserve(Peer peer, int size) {
        to = peer;
        length = size;
        place = link.reserve(peer, size);
        return place;
    }

    @Override
    public boolean hasCompany(Peer peer, int size) {
        return link.hasCompany(peer, size);
    }

    @Override
    public void commit() {
        link.commit();
        lines.accept(local() + " > " + to.gid() + " " + PacketText.of(transmitMemory(), place, length));
    }

    @Override
    public int flush() {
        return link.flush();
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        PacketSink telling = (memory, offset, size, sourceHi, sourceLo, sourcePort, now) -> {
            lines.accept(local() + " < " + new Gid(sourceHi, sourceLo) + " " + PacketText.of(memory, offset, size));
            sink.onPacket(memory, offset, size, sourceHi, sourceLo, sourcePort, now);
        };
        return link.receive(telling, limit, nowNs);
    }

    @Override
    public void reportFailures(FailureSink sink, long nowNs) {
        link.reportFailures(sink, nowNs);
    }

    @Override
    public void close() {
        link.close();
    }
}
