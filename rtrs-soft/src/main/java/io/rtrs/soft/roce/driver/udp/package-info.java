/**
 * Links over UDP sockets, the choice between them by what the platform offers, the wait for their datagrams, and what a
 * machine says of its addresses and of port 4791.
 *
 * <p>{@link io.rtrs.soft.roce.driver.udp.UdpLinks} opens; {@link io.rtrs.soft.roce.driver.udp.LinuxUdpLink}
 * and {@link io.rtrs.soft.roce.driver.udp.NioUdpLink} send and receive; {@link
 * io.rtrs.soft.roce.driver.udp.Poller} waits; {@link io.rtrs.soft.roce.driver.udp.LocalAddress} answers
 * questions. {@code Sockets} is the C library as this package needs it, and {@code LibcSockets} the only class that links.
 */
@NullMarked
package io.rtrs.soft.roce.driver.udp;

import org.jspecify.annotations.NullMarked;
