package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Who sends and receives datagrams, chosen by what the platform offers: {@link #LINUX} where it can, else {@link #NIO}.
 *
 * <p>The links of a process and the poller that waits for them come from one driver. <b>Threading</b>: any.
 */
public enum UdpDriver {
    /** The C library of Linux: batches, and IPv6 with every peer. */
    LINUX,
    /** What every JDK has. */
    NIO;

    /** System property that forces a driver: {@code linux} or {@code nio}. */
    public static final String PROPERTY = "io.rtrs.verbs.softroce.link";

    private static final Logger LOG = LoggerFactory.getLogger(UdpDriver.class);

    /**
     * The driver to use.
     *
     * @throws VerbsException if the property names one that does not exist or cannot work here
     */
    public static UdpDriver choose() throws VerbsException {
        String forced = System.getProperty(PROPERTY, "");
        if (forced.isEmpty()) {
            Optional<String> missing = LINUX.missing();
            missing.ifPresent(why -> LOG.info("software RoCE sends one datagram a call: {}", why));
            return missing.isEmpty() ? LINUX : NIO;
        }
        for (UdpDriver driver : values()) {
            if (driver.toString().equals(forced.toLowerCase(Locale.ROOT))) {
                if (driver.missing().isPresent()) {
                    throw new VerbsException(
                            PROPERTY + "=" + forced + ": " + driver.missing().get(), Sockets.EINVAL);
                }
                return driver;
            }
        }
        throw new VerbsException(PROPERTY + "=" + forced + " is neither linux nor nio", Sockets.EINVAL);
    }

    /** Why the driver cannot be used here, and what helps; empty if it can. */
    public Optional<String> missing() {
        return this == LINUX ? Optional.ofNullable(Platform.MISSING) : Optional.empty();
    }

    /**
     * Opens port 4791 of a local address, and warns if its receive buffer holds less than a window.
     *
     * @throws VerbsException EADDRNOTAVAIL if the address is not of this machine, EADDRINUSE if the port is taken (the
     *     message names the likely holder), EMSGSIZE if the netdev's MTU carries no path MTU at all
     */
    public UdpLink open(InetAddress address, LinkOptions options) throws VerbsException {
        return open(address, RoceAddress.ROCE_PORT, options);
    }

    /**
     * As {@link #open(InetAddress, LinkOptions)}, at any free port: for who connects to nodes that answer to it
     * (docs/softroce.md).
     */
    public UdpLink openAnyPort(InetAddress address, LinkOptions options) throws VerbsException {
        return open(address, 0, options);
    }

    /**
     * Opens the first loopback address from 127.0.0.2 on whose port 4791 is free.
     *
     * @throws VerbsException EADDRINUSE if 253 addresses are taken
     */
    public UdpLink openFreeLoopback(LinkOptions options) throws VerbsException {
        VerbsException last = null;
        for (int host = 2; host < 255; host++) {
            try {
                return open(LocalAddress.loopback(host), options);
            } catch (VerbsException e) {
                if (e.errno() != Sockets.EADDRINUSE) {
                    throw e;
                }
                last = e;
            }
        }
        throw last == null ? new VerbsException("no loopback address", Sockets.EADDRNOTAVAIL) : last;
    }

    private UdpLink open(InetAddress address, int port, LinkOptions options) throws VerbsException {
        LocalAddress local = LocalAddress.of(address);
        UdpLink link = this == LINUX
                ? LinuxUdpLink.open(new LibcSockets(), local, port, options)
                : NioUdpLink.open(local, port, options);
        link.facts().receiveShortfall().ifPresent(LOG::warn);
        return link;
    }

    /** A poller for links of this driver. */
    public Poller poller() throws VerbsException {
        return this == LINUX ? new LinuxPoller(new LibcSockets()) : NioPoller.open();
    }

    /** As the property names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
