package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/**
 * A link that writes every packet, either way, to a capture file. IP and UDP headers are made up so that they fit; the
 * IPv4 identification is the one that the ICRC gives away, 0 if it is wrong.
 *
 * <p>A recorded link says of no peer that it {@linkplain #staysHere stays here}: so all that is recorded has an ICRC.
 *
 * <p>Packets to send are written when they are committed, although a full socket may delay them. The file is flushed on
 * {@link #close}; when else is its owner's business: a flush for each packet that arrives alone would cost more than the
 * recording.
 *
 * <p><b>Threading</b>: the owner of the link. <b>Ownership</b>: closes the link below, and not the file, which several
 * links may share if one thread owns them all. <b>Allocation</b>: an address for each received packet.
 */
public final class PcapLink implements Link {
    private final Link link;
    private final PcapWriter file;
    private final LongSupplier epochNs;
    private final Icrc icrc = new Icrc(true);
    private final PacketSink interposed = this::onPacket;

    private PacketSink sink = (memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs) -> {};
    private Peer to = new Peer(new Gid(0, 0), 0);
    private long place;
    private int length;

    /**
     * Capture of {@code link}.
     *
     * @param epochNs nanoseconds since 1970, asked for each packet
     */
    public PcapLink(Link link, PcapWriter file, LongSupplier epochNs) {
        this.link = link;
        this.file = file;
        this.epochNs = epochNs;
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
        write(link.transmitMemory(), place, length, link.local(), to.address(), link.sourcePort(to));
    }

    @Override
    public int flush() {
        return link.flush();
    }

    @Override
    public int receive(PacketSink target, int limit, long nowNs) {
        sink = target;
        return link.receive(interposed, limit, nowNs);
    }

    @Override
    public void reportFailures(FailureSink target, long nowNs) {
        link.reportFailures(target, nowNs);
    }

    @Override
    public void close() {
        file.flush();
        link.close();
    }

    private void onPacket(
            MemorySegment memory, long offset, int size, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        write(
                memory,
                offset,
                size,
                new Gid(sourceHi, sourceLo),
                new RoceAddress(link.local(), link.port()),
                sourcePort);
        sink.onPacket(memory, offset, size, sourceHi, sourceLo, sourcePort, nowNs);
    }

    private void write(
            MemorySegment memory, long offset, int size, Gid source, RoceAddress destination, int sourcePort) {
        int found = icrc.verify(
                memory, offset, size, source.hi(), source.lo(), destination.gid(), sourcePort, destination.port());
        int identification = Math.max(found, 0);
        file.packet(memory, offset, size, source, destination, sourcePort, identification, epochNs.getAsLong());
    }
}
