package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * A link by what every JDK has: one datagram a call, in both directions.
 *
 * <p>IPv4 works with every peer. IPv6 works with peers that send UDP checksums, as other links of ours do; packets of
 * kernels and adapters have none and do not arrive (spec/rocev2.md 1.4). <b>Allocation</b>: the JDK makes an address
 * whenever the sender changes.
 */
public final class NioUdpLink extends UdpLink {
    private final DatagramChannel channel;
    private final ByteBuffer outgoing;
    private final MemorySegment receiveMemory;
    private final ByteBuffer incoming;

    // Socket addresses by destination: bounded, since a link meets as many as its owner names.
    private final Map<RoceAddress, InetSocketAddress> destinations = new HashMap<>();
    private static final int MAX_DESTINATIONS = 4096;

    private static final Map<String, Integer> ERRNOS = Map.of(
            "too long", Sockets.EMSGSIZE,
            "not permitted", Sockets.EPERM,
            "Permission denied", Sockets.EACCES,
            "etwork is unreachable", Sockets.ENETUNREACH,
            "o route to host", Sockets.EHOSTUNREACH,
            "Connection refused", Sockets.ECONNREFUSED,
            "Invalid argument", Sockets.EINVAL);

    private @Nullable SocketAddress lastSource;
    private long sourceHi;
    private long sourceLo;
    private int sourcePort;

    private NioUdpLink(DatagramChannel channel, LinkFacts facts, Arena arena, LinkOptions options) {
        super(
                facts,
                new CarriedMtu(facts.address(), LocalAddress::find, System.nanoTime()),
                arena,
                options,
                1,
                new LinkCounters());
        counters.receiveOverflow = LinkCounters.UNKNOWN;
        this.channel = channel;
        outgoing = transmitMemory().asByteBuffer();
        receiveMemory = arena.allocate(ReceiveSlab.BUFFER_BYTES, 4096);
        incoming = receiveMemory.asByteBuffer();
    }

    /** Opens the socket of a local address. */
    static NioUdpLink open(LocalAddress local, int port, LinkOptions options) throws VerbsException {
        boolean ipv4 = local.gid().isIpv4();
        DatagramChannel channel = null;
        try {
            channel = DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            channel.configureBlocking(false);
            channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.socketReceiveBytes());
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.socketSendBytes());
            channel.bind(new InetSocketAddress(local.address(), port));
            LinkFacts facts = new LinkFacts(
                    UdpDriver.NIO,
                    local,
                    ((InetSocketAddress) channel.getLocalAddress()).getPort(),
                    false,
                    false,
                    ipv4,
                    options.socketReceiveBytes(),
                    channel.getOption(StandardSocketOptions.SO_RCVBUF),
                    channel.getOption(StandardSocketOptions.SO_SNDBUF));
            return new NioUdpLink(channel, facts, Arena.ofShared(), options);
        } catch (IOException | UnsupportedOperationException e) {
            closeQuietly(channel, e);
            throw failure(local, port, e);
        }
    }

    private static VerbsException failure(LocalAddress local, int port, Exception e) {
        VerbsException failure = e instanceof BindException
                ? PortInUse.cannotBind(local.address(), port, PortInUse.errnoOf(e))
                : new VerbsException(
                        "a datagram channel of " + local.address().getHostAddress() + " failed: " + e.getMessage(),
                        Sockets.EIO);
        failure.initCause(e);
        return failure;
    }

    private static void closeQuietly(@Nullable DatagramChannel channel, Exception cause) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** The socket, for the poller. */
    DatagramChannel channel() {
        return channel;
    }

    @Override
    boolean gathers() {
        return false;
    }

    @Override
    int send() {
        int offset = (int) transmit.offset();
        outgoing.limit(offset + transmit.bytes()).position(offset);
        counters.sendCalls++;
        try {
            return channel.send(outgoing, destination(transmit.destination())) > 0 ? 0 : -Sockets.EAGAIN;
        } catch (IOException e) {
            return -errno(e);
        }
    }

    /** The JDK tells an errno only by its text, in the C library's English. */
    private static int errno(IOException e) {
        String text = String.valueOf(e.getMessage());
        for (Map.Entry<String, Integer> known : ERRNOS.entrySet()) {
            if (text.contains(known.getKey())) {
                return known.getValue();
            }
        }
        return Sockets.EIO;
    }

    private InetSocketAddress destination(RoceAddress to) {
        InetSocketAddress known = destinations.get(to);
        if (known == null) {
            if (destinations.size() == MAX_DESTINATIONS) {
                destinations.clear();
            }
            known = new InetSocketAddress(facts().address().scoped(to.gid().toAddress()), to.port());
            destinations.put(to, known);
        }
        return known;
    }

    @Override
    int receiveOpen(PacketSink sink, int limit, long nowNs) {
        int delivered = 0;
        while (delivered < limit) {
            incoming.clear();
            counters.receiveCalls++;
            SocketAddress source = receiveOne();
            if (source == null) {
                return delivered;
            }
            if (incoming.position() > 0) {
                readSource(source);
                delivered++;
                counters.packetsReceived++;
                sink.onPacket(receiveMemory, 0, incoming.position(), sourceHi, sourceLo, sourcePort, nowNs);
            }
        }
        return delivered;
    }

    private @Nullable SocketAddress receiveOne() {
        try {
            return channel.receive(incoming);
        } catch (IOException e) {
            throw new UncheckedIOException("receiving on " + this + " failed", e);
        }
    }

    private void readSource(SocketAddress source) {
        if (source == lastSource) { // the JDK gives the same object while the sender stays the same
            return;
        }
        InetSocketAddress from = (InetSocketAddress) source;
        InetAddress address = from.getAddress();
        Gid gid = Gid.of(address);
        lastSource = source;
        sourceHi = gid.hi();
        sourceLo = gid.lo();
        sourcePort = from.getPort();
    }

    @Override
    boolean holdsMore() {
        return false;
    }

    @Override
    void closeSocket() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing " + this + " failed", e);
        }
    }
}
