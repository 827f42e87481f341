package io.rtrs.bench.peers;

import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.peers.aeron.AeronClient;
import io.rtrs.bench.peers.aeron.AeronEnd;
import io.rtrs.bench.peers.jucx.JucxClient;
import io.rtrs.bench.peers.jucx.JucxEnd;
import io.rtrs.bench.peers.netty.NettyClient;
import io.rtrs.bench.peers.netty.NettyServer;
import io.rtrs.bench.peers.netty.NettyTransport;
import io.rtrs.bench.peers.nio.NioClient;
import io.rtrs.bench.peers.nio.NioServer;
import io.rtrs.bench.peers.rtrs.RtrsBlocksClient;
import io.rtrs.bench.peers.rtrs.RtrsBlocksServer;
import io.rtrs.bench.peers.stream.SpinningServer;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.PeerServer;
import io.rtrs.core.work.WaitStrategy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.InetSocketAddress;
import java.util.Locale;

/** The transports of the comparison. */
public enum PeerKind {
    /** TCP, a blocking channel. */
    NIO("NIO TCP, blocking"),
    /** TCP, a channel that is asked again and again. */
    NIO_SPIN("NIO TCP, spinning"),
    /** TCP by Netty. */
    NETTY("Netty"),
    /** UDP by Aeron. */
    AERON("Aeron UDP, spinning"),
    /** UCX over TCP by its Java binding. */
    JUCX("UCX over TCP (jucx), spinning"),
    /** RTRS as it is if nobody chooses anything. */
    RTRS_DEFAULT("RTRS over softroce"),
    /** RTRS whose loops wait for events. */
    RTRS("RTRS over softroce, waiting"),
    /** RTRS whose loops spin. */
    RTRS_SPIN("RTRS over softroce, spinning");

    private final String title;

    PeerKind(String title) {
        this.title = title;
    }

    /** As the table calls it, with so many connections; 0: as many as there are if nobody says. */
    public String title(int connections) {
        if (this == NETTY) {
            return title + " (" + NettyTransport.name() + ")";
        }
        if (this == RTRS_DEFAULT && connections == 0) {
            return title + ", defaults";
        }
        if (!takesConnections() || connections == 1) {
            return title;
        }
        return title + ", " + (connections == 0 ? "default" : connections) + " connections";
    }

    /** Whether one can choose how many connections there are. */
    public boolean takesConnections() {
        return this == RTRS_DEFAULT || this == RTRS || this == RTRS_SPIN;
    }

    /** How many connections it has in the table if nobody says: one, but for what is as if nobody chose. */
    public int connections() {
        return this == RTRS_DEFAULT ? 0 : 1;
    }

    /**
     * Whether its ends can be in different network namespaces; Aeron's answers go to the server's address here, and UCX
     * is told the device.
     */
    public boolean crossesNetworks() {
        return this != AERON && this != JUCX;
    }

    /** Whether this machine has what it needs: jucx the libraries of Debian's libucx0. */
    public boolean isInstalled() {
        if (this != JUCX) {
            return true;
        }
        try {
            SymbolLookup.libraryLookup("libucp.so.0", Arena.global());
            return true;
        } catch (IllegalArgumentException missing) {
            return false;
        }
    }

    /** As options call it. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of an option. */
    public static PeerKind parse(String option) {
        for (PeerKind kind : values()) {
            if (kind.option().equals(option)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no peer is called " + option);
    }

    /** Starts a server on a port of an address of this machine; it may use the next port too. */
    public PeerServer serve(InetSocketAddress at, MemoryBlocks blocks) throws IOException, InterruptedException {
        return switch (this) {
            case NIO -> new NioServer(at, blocks.memory(), false);
            case NIO_SPIN -> new NioServer(at, blocks.memory(), true);
            case NETTY -> new NettyServer(at, blocks.memory());
            case AERON -> new SpinningServer("aeron-server", AeronEnd.server(at), blocks.memory());
            case JUCX -> new SpinningServer("jucx-server", JucxEnd.server(at), blocks.memory());
            case RTRS_DEFAULT -> new RtrsBlocksServer(at, blocks, null);
            case RTRS -> new RtrsBlocksServer(at, blocks, WaitStrategy.EVENTS);
            case RTRS_SPIN -> new RtrsBlocksServer(at, blocks, WaitStrategy.SPIN);
        };
    }

    /**
     * Connects to a server.
     *
     * @param connections where it {@link #takesConnections}
     */
    public PeerClient connect(InetSocketAddress at, int connections) throws IOException, InterruptedException {
        return switch (this) {
            case NIO -> new NioClient(at, false);
            case NIO_SPIN -> new NioClient(at, true);
            case NETTY -> new NettyClient(at);
            case AERON -> new AeronClient(at);
            case JUCX -> new JucxClient(at);
            case RTRS_DEFAULT -> new RtrsBlocksClient(at, null, connections);
            case RTRS -> new RtrsBlocksClient(at, WaitStrategy.EVENTS, connections);
            case RTRS_SPIN -> new RtrsBlocksClient(at, WaitStrategy.SPIN, connections);
        };
    }
}
