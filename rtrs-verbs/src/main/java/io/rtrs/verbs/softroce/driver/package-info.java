/**
 * The provider {@code softroce}: RoCEv2 over UDP sockets of this process, without privileges or kernel modules.
 *
 * <p>How it is driven: each local address has one {@link io.rtrs.verbs.softroce.driver.Drive}, whose lock owns the pure
 * {@link io.rtrs.verbs.softroce.endpoint.Endpoint}. Whoever posts, polls or waits drives it with his own thread: a post
 * sends at once, an empty poll receives, a wait for completions sleeps on the socket. One that waits is the leader, the
 * others are woken by what he receives. A daemon thread per address leads when nobody else does.
 *
 * <p>Locks are taken in the order drive, {@link io.rtrs.verbs.softroce.driver.Registry}, event channel, completion queue.
 * The data path takes the drive's lock only by trying, and never the registry's.
 */
@NullMarked
package io.rtrs.verbs.softroce.driver;

import org.jspecify.annotations.NullMarked;
