package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.link.FailureSink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.SimulatedLink;
import io.rtrs.soft.roce.wire.Gid;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A simulated link that borrows whatever it may, and reads it when packets are flushed, as a kernel does. */
final class LendingLink implements Link {
    private record Piece(long at, int length, MemorySegment from, long offset) {}

    /** Hears which packet room is asked for, the first is 1. */
    IntConsumer reserving = number -> {};

    /** What the network says of packets that were sent. */
    Consumer<FailureSink> failures = sink -> {};

    private final SimulatedLink link;
    private final List<Piece> lent = new ArrayList<>();
    private @Nullable Piece open;
    private int reserved;

    LendingLink(SimulatedLink link) {
        this.link = link;
    }

    /** Pieces that are borrowed. */
    int borrowed() {
        return lent.size();
    }

    @Override
    public Gid local() {
        return link.local();
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
    public long reserve(Peer to, int length) {
        reserving.accept(++reserved);
        open = null;
        return link.reserve(to, length);
    }

    @Override
    public boolean borrow(long at, int length, MemorySegment from, long offset) {
        open = new Piece(at, length, from, offset);
        return true;
    }

    @Override
    public void giveBack() {
        open = null;
        for (Piece piece : lent) {
            MemorySegment.copy(piece.from, piece.offset, link.transmitMemory(), piece.at, piece.length);
        }
        lent.clear();
    }

    @Override
    public void commit() {
        if (open != null) {
            lent.add(open);
            open = null;
        }
        link.commit();
    }

    @Override
    public int flush() {
        giveBack();
        return link.flush();
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        return link.receive(sink, limit, nowNs);
    }

    @Override
    public void reportFailures(FailureSink sink, long nowNs) {
        failures.accept(sink);
    }

    @Override
    public void close() {
        link.close();
    }
}
