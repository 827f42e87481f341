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
import java.net.InetAddress;
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
    /** RTRS whose loops wait for events. */
    RTRS("RTRS over softroce, waiting"),
    /** RTRS whose loops spin. */
    RTRS_SPIN("RTRS over softroce, spinning");

    private final String title;

    PeerKind(String title) {
        this.title = title;
    }

    /** As the table calls it. */
    public String title() {
        return this == NETTY ? title + " (" + NettyTransport.name() + ")" : title;
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

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /** Starts a server on a port of 127.0.0.1; it may use the next one too. */
    public PeerServer serve(int port, MemoryBlocks blocks) throws IOException, InterruptedException {
        return switch (this) {
            case NIO -> new NioServer(address(port), blocks.memory(), false);
            case NIO_SPIN -> new NioServer(address(port), blocks.memory(), true);
            case NETTY -> new NettyServer(address(port), blocks.memory());
            case AERON -> new SpinningServer("aeron-server", AeronEnd.server(address(port)), blocks.memory());
            case JUCX -> new SpinningServer("jucx-server", JucxEnd.server(address(port)), blocks.memory());
            case RTRS -> new RtrsBlocksServer(address(port), blocks, WaitStrategy.EVENTS);
            case RTRS_SPIN -> new RtrsBlocksServer(address(port), blocks, WaitStrategy.SPIN);
        };
    }

    /** Connects to a server on this machine. */
    public PeerClient connect(int port) throws IOException, InterruptedException {
        return switch (this) {
            case NIO -> new NioClient(address(port), false);
            case NIO_SPIN -> new NioClient(address(port), true);
            case NETTY -> new NettyClient(address(port));
            case AERON -> new AeronClient(address(port));
            case JUCX -> new JucxClient(address(port));
            case RTRS -> new RtrsBlocksClient(address(port), WaitStrategy.EVENTS);
            case RTRS_SPIN -> new RtrsBlocksClient(address(port), WaitStrategy.SPIN);
        };
    }
}
