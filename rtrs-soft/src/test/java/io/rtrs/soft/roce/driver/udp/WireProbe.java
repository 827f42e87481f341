package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Locale;

/**
 * Runs in a network namespace of its own, whose loopback device cuts batches: sends with each driver, and prints the IP
 * packets as a packet socket sees them.
 */
final class WireProbe {
    private static final short AF_PACKET = 17;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int SOCKADDR_LL_BYTES = 20;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final LibcSockets sockets = new LibcSockets();
    private final Icrc icrc = new Icrc();

    private WireProbe() {}

    public static void main(String[] args) throws Exception {
        new WireProbe().run();
    }

    private void run() throws Exception {
        for (UdpDriver driver : UdpDriver.values()) {
            try (Arena arena = Arena.ofConfined();
                    UdpLink from = driver.open(InetAddress.getByName("127.0.0.2"), LinkOptions.DEFAULT);
                    UdpLink to = driver.open(InetAddress.getByName("127.0.0.3"), LinkOptions.DEFAULT)) {
                int capture = capture(arena);
                ReceiveSlab captured = new ReceiveSlab(arena, 64, new LinkCounters());
                Peer peer = new Peer(to.local(), 0xC000);
                for (int i = 0; i < 5; i++) {
                    Traffic.send(from, peer, i, i < 4 ? 1040 : 40);
                }
                from.flush();
                int packets = 0;
                for (long began = System.nanoTime(); packets < 5 && System.nanoTime() - began < PATIENCE_NS; ) {
                    captured.fill(sockets, capture); // not at once when the kernel is busy
                    packets += captured.deliver(
                            (memory, offset, length, hi, lo, port, now) -> print(driver, memory, offset), 64, 0);
                }
                sockets.close(capture);
                Traffic.send(from, peer, 5, 4112);
                from.flush();
                System.out.println(driver + " too long: pathMtu=" + from.pathMtu() + " refused="
                        + from.counters().packetsRefused() + " errno="
                        + from.counters().lastErrno());
            }
        }
    }

    private int capture(Arena arena) {
        int fd = sockets.datagramSocket(AF_PACKET);
        MemorySegment address = arena.allocate(SOCKADDR_LL_BYTES, 8);
        address.set(JAVA_SHORT, 0, AF_PACKET);
        Layouts.put16(address, 2, ETHERTYPE_IPV4);
        int bound = sockets.bind(fd, address);
        if (bound < 0) {
            throw new IllegalStateException("no packet socket: errno " + -bound);
        }
        return fd;
    }

    private void print(UdpDriver driver, MemorySegment memory, long ip) {
        int identification = Layouts.u16(memory, ip + 4);
        int length = Layouts.u16(memory, ip + IP_HEADER + 4) - UDP_HEADER;
        boolean sealed = icrc.matches(
                memory,
                ip + IP_HEADER + UDP_HEADER,
                length,
                Gid.ofIpv4(memory.get(Layouts.BE32, ip + 12)),
                Gid.ofIpv4(memory.get(Layouts.BE32, ip + 16)),
                Layouts.u16(memory, ip + IP_HEADER),
                identification);
        System.out.printf(
                Locale.ROOT,
                "%s id=%d flags=%04x to=%d length=%d sealed=%b%n",
                driver,
                identification,
                Layouts.u16(memory, ip + 6),
                Layouts.u16(memory, ip + IP_HEADER + 2),
                length,
                sealed);
    }
}
