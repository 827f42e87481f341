package io.rtrs.soft.roce.driver.udp;

/**
 * How much memory a link and its socket take.
 *
 * @param transmitBytes room for packets that are written and not yet sent; small enough to stay in the processor's cache
 * @param receiveBuffers how many buffers of 64 KiB one receive call fills at most
 * @param socketReceiveBytes what is asked for the socket's receive buffer (spec/rocev2.md 16.4)
 * @param socketSendBytes what is asked for its send buffer
 */
public record LinkOptions(int transmitBytes, int receiveBuffers, int socketReceiveBytes, int socketSendBytes) {
    /** 256 KiB to transmit from, four buffers to receive into, 4 MiB and 1 MiB in the kernel. */
    public static final LinkOptions DEFAULT = new LinkOptions(256 << 10, 4, 4 << 20, 1 << 20);

    /** Checks the bounds: room for one whole batch, 1 to 64 buffers. */
    public LinkOptions {
        if (transmitBytes < 64 << 10 || receiveBuffers < 1 || receiveBuffers > 64) {
            throw new IllegalArgumentException("transmit memory of " + transmitBytes + " bytes (at least 65536), "
                    + receiveBuffers + " receive buffers (1 to 64)");
        }
    }
}
