package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network without sockets: hosts of one address each, between which packets are copied. */
final class MemoryNetwork {
    private static final int PATH_MTU = 1024;
    private static final int NETDEV_MTU = 1500;
    private static final int SLOT = 4096;
    private static final int SLOTS = 64;
    private static final int QPN = 4;
    private static final int QPN_MASK = 0xFF_FFFF;

    private final Map<RoceAddress, List<MemoryOutlet>> outlets = new HashMap<>();
    private boolean filters = true;
    private int atMost = Integer.MAX_VALUE;

    /** From now on an address that has so many outlets gets no more: that is an error, as when a process may open no more files. */
    synchronized void allow(int outletsOfAnAddress) {
        atMost = outletsOfAnAddress;
    }

    /** From now on every packet comes to the first outlet of its address but management, which comes to the last. */
    synchronized void misdirect() {
        filters = false;
    }

    /** How many outlets an address has. */
    synchronized int outlets(InetAddress address) {
        return outlets.entrySet().stream()
                .filter(entry -> entry.getKey().gid().equals(Gid.of(address)))
                .mapToInt(entry -> entry.getValue().size())
                .sum();
    }

    /** What a host at the address sees of it. */
    Network host(InetAddress address) {
        LocalAddress local = new LocalAddress(address, "memory0", NETDEV_MTU, PATH_MTU, true);
        return new Network() {
            @Override
            public Optional<String> missing() {
                return Optional.empty();
            }

            @Override
            public List<LocalAddress> addresses() {
                return List.of(local);
            }

            @Override
            public Optional<LocalAddress> find(InetAddress wanted) {
                return wanted.equals(address) ? Optional.of(local) : Optional.empty();
            }

            @Override
            public InetAddress sourceFor(InetAddress destination) {
                return address;
            }

            @Override
            public Outlet open(InetAddress wanted) throws VerbsException {
                return attach(local, RoceAddress.ROCE_PORT);
            }

            @Override
            public Outlet openAnyPort(InetAddress wanted) throws VerbsException {
                return attach(local, RoceAddress.ROCE_PORT + 1);
            }
        };
    }

    private synchronized Outlet attach(LocalAddress local, int port) throws VerbsException {
        List<MemoryOutlet> there =
                outlets.computeIfAbsent(new RoceAddress(local.gid(), port), key -> new ArrayList<>());
        if (!there.isEmpty()) {
            throw new VerbsException("taken", Errno.EADDRINUSE);
        }
        MemoryOutlet made = new MemoryOutlet(local, port);
        there.add(made);
        return made;
    }

    private synchronized @Nullable MemoryOutlet target(RoceAddress to, int qpn) {
        List<MemoryOutlet> there = outlets.getOrDefault(to, List.of());
        if (there.isEmpty()) {
            return null;
        }
        if (filters) {
            return there.get(qpn == Bth.CM_QPN ? 0 : Shards.of(qpn) % there.size());
        }
        return qpn == Bth.CM_QPN ? there.getLast() : there.getFirst();
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares packets
    private record Packet(byte[] bytes, Gid source, int port) {}

    /** A link, and its own place to sleep. */
    private final class MemoryOutlet implements Outlet, Link {
        private final LocalAddress local;
        private final int port;
        private final Arena arena = Arena.ofAuto();
        private final MemorySegment memory = arena.allocate((long) SLOT * SLOTS, 64);
        private final MemorySegment received = arena.allocate(SLOT, 64);
        private final Icrc icrc = new Icrc();
        private final int[] lengths = new int[SLOTS];
        private final @Nullable Peer[] peers = new @Nullable Peer[SLOTS];
        private int committed;

        // Guarded by arrivals.
        private final ArrayDeque<Packet> arrivals = new ArrayDeque<>();
        private boolean woken;

        MemoryOutlet(LocalAddress local, int port) {
            this.local = local;
            this.port = port;
        }

        @Override
        public Link link() {
            return this;
        }

        @Override
        public LocalAddress address() {
            return local;
        }

        @Override
        public int receiveBytes() {
            return 0;
        }

        @Override
        public Optional<Outlet> another(int index) throws VerbsException {
            synchronized (MemoryNetwork.this) {
                if (index >= atMost) {
                    throw new VerbsException("no more", Errno.ENOMEM);
                }
                MemoryOutlet made = new MemoryOutlet(local, port);
                outlets.getOrDefault(new RoceAddress(local.gid(), port), new ArrayList<>())
                        .add(made);
                return Optional.of(made);
            }
        }

        @Override
        public void await(long timeoutNs) {
            synchronized (arrivals) {
                try {
                    if (arrivals.isEmpty() && !woken && timeoutNs > 0) {
                        arrivals.wait(timeoutNs == FOREVER ? 0 : timeoutNs / 1_000_000, 999_999);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                woken = false;
            }
        }

        @Override
        public void wakeup() {
            synchronized (arrivals) {
                woken = true;
                arrivals.notifyAll();
            }
        }

        @Override
        public void close() {
            synchronized (MemoryNetwork.this) {
                outlets.getOrDefault(new RoceAddress(local.gid(), port), new ArrayList<>())
                        .remove(this);
            }
        }

        @Override
        public Gid local() {
            return local.gid();
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public int sourcePort(Peer to) {
            return port;
        }

        @Override
        public int pathMtu() {
            return PATH_MTU;
        }

        @Override
        public MemorySegment transmitMemory() {
            return memory;
        }

        @Override
        public long reserve(Peer to, int length) {
            if (committed == SLOTS) {
                return NO_ROOM;
            }
            peers[committed] = to;
            lengths[committed] = length;
            return (long) committed * SLOT;
        }

        @Override
        public void commit() {
            Peer to = peers[committed];
            assert to != null;
            icrc.seal(memory, (long) committed * SLOT, lengths[committed], local(), to.address(), port, 0);
            committed++;
        }

        @Override
        public int flush() {
            for (int i = 0; i < committed; i++) {
                byte[] bytes = memory.asSlice((long) i * SLOT, lengths[i]).toArray(ValueLayout.JAVA_BYTE);
                int qpn = 0;
                for (int at = QPN; at < QPN + Integer.BYTES; at++) {
                    qpn = qpn << Byte.SIZE | Byte.toUnsignedInt(bytes[at]);
                }
                Peer to = peers[i];
                MemoryOutlet target = to == null ? null : target(to.address(), qpn & QPN_MASK);
                if (target != null) {
                    target.arrive(new Packet(bytes, local(), port));
                }
            }
            committed = 0;
            return 0;
        }

        private void arrive(Packet packet) {
            synchronized (arrivals) {
                arrivals.addLast(packet);
                arrivals.notifyAll();
            }
        }

        @Override
        public int receive(PacketSink sink, int limit, long nowNs) {
            for (int count = 0; count < limit; count++) {
                Packet next;
                synchronized (arrivals) {
                    next = arrivals.pollFirst();
                }
                if (next == null) {
                    return count;
                }
                MemorySegment.copy(next.bytes, 0, received, ValueLayout.JAVA_BYTE, 0, next.bytes.length);
                sink.onPacket(received, 0, next.bytes.length, next.source.hi(), next.source.lo(), next.port, nowNs);
            }
            return limit;
        }
    }
}
