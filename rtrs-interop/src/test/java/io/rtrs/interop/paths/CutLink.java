package io.rtrs.interop.paths;

import io.rtrs.soft.roce.link.FailureSink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** A link that loses everything, both ways, while it is cut. What is decided when a packet is reserved holds for it. */
final class CutLink implements Link {
    private final Link real;
    private final AtomicBoolean cut;
    private final PacketSink filter = this::onPacket;
    private PacketSink target = (memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs) -> {};
    private boolean losing;

    CutLink(Link real, AtomicBoolean cut) {
        this.real = real;
        this.cut = cut;
    }

    @Override
    public Gid local() {
        return real.local();
    }

    @Override
    public int port() {
        return real.port();
    }

    @Override
    public int sourcePort(Peer to) {
        return real.sourcePort(to);
    }

    @Override
    public int pathMtu() {
        return real.pathMtu();
    }

    @Override
    public boolean staysHere(Gid peer) {
        return real.staysHere(peer);
    }

    @Override
    public MemorySegment transmitMemory() {
        return real.transmitMemory();
    }

    @Override
    public long reserve(Peer to, int length) {
        losing = cut.get();
        return real.reserve(to, length);
    }

    @Override
    public boolean hasCompany(Peer to, int length) {
        return real.hasCompany(to, length);
    }

    @Override
    public boolean borrow(long at, int length, MemorySegment from, long offset) {
        return !losing && real.borrow(at, length, from, offset);
    }

    @Override
    public void giveBack() {
        real.giveBack();
    }

    /** A packet that is lost stays a reservation, which the next one gives up. */
    @Override
    public void commit() {
        if (!losing) {
            real.commit();
        }
    }

    @Override
    public int flush() {
        return real.flush();
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        target = sink;
        return real.receive(filter, limit, nowNs);
    }

    private void onPacket(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (!cut.get()) {
            target.onPacket(memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs);
        }
    }

    @Override
    public void reportFailures(FailureSink sink, long nowNs) {
        real.reportFailures(sink, nowNs);
    }

    @Override
    public void close() {
        real.close();
    }
}
