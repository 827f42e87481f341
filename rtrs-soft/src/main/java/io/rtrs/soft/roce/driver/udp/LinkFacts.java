package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.link.ReceiveBuffer;

import java.util.Optional;

/**
 * What an open link got from its machine.
 *
 * @param driver who sends and receives
 * @param address the local address, its netdev and MTUs
 * @param port the local UDP port
 * @param segmentation whether one send call may carry many packets (UDP_SEGMENT)
 * @param coalescing whether one receive may bring many (UDP_GRO)
 * @param zeroChecksums whether IPv6 datagrams without a checksum arrive, as kernels and adapters send them; true for IPv4
 * @param receiveBytesAsked what was asked for the socket's receive buffer
 * @param receiveBytes what the kernel gave, which is bounded by {@code net.core.rmem_max}
 * @param sendBytes what the kernel gave for the send buffer
 */
public record LinkFacts(
        UdpDriver driver,
        LocalAddress address,
        int port,
        boolean segmentation,
        boolean coalescing,
        boolean zeroChecksums,
        int receiveBytesAsked,
        int receiveBytes,
        int sendBytes) {
    /** A queue pair's window towards us: what a kernel peer sends without waiting (spec/rocev2.md 16.4). */
    public static final int WINDOW_PACKETS = 128;

    /** How many single datagrams of a length the receive buffer holds. */
    public int datagramsHeld(int length) {
        return ReceiveBuffer.datagrams(receiveBytes, length);
    }

    /** Why a burst of one window of full-size packets may be lost, and the remedy; empty if it fits. */
    public Optional<String> receiveShortfall() {
        int held = ReceiveBuffer.packets(receiveBytes, address.pathMtu());
        if (held >= WINDOW_PACKETS) {
            return Optional.empty();
        }
        return Optional.of("the receive buffer of " + address.address().getHostAddress() + " has " + receiveBytes
                + " bytes where " + receiveBytesAsked + " were asked: it holds " + held + " of the " + WINDOW_PACKETS
                + " packets of one window, so bursts will be lost; raise it with sysctl -w net.core.rmem_max="
                + receiveBytesAsked);
    }
}
