/**
 * The provider {@code softroce}: RoCEv2 over UDP sockets of this process, without privileges or kernel modules.
 *
 * <p>How it is driven: each local address is a {@link io.rtrs.soft.roce.driver.Site} of one or more
 * {@link io.rtrs.soft.roce.driver.Drive}s, whose lock owns a pure {@link io.rtrs.soft.roce.endpoint.Endpoint}.
 * Whoever posts, polls or waits drives it with his own thread: a post sends at once, an empty poll receives, a wait for
 * completions sleeps on the socket. One that waits is the {@linkplain io.rtrs.soft.roce.driver.Lead leader}, the others
 * are in line and are woken by what he receives. A daemon thread per drive leads when nobody else does.
 *
 * <p>Locks are taken in the order first drive, another drive of the address,
 * {@link io.rtrs.soft.roce.driver.Registry}, event channel, completion queue. The data path takes a drive's lock only by
 * trying, and never the registry's.
 */
@NullMarked
package io.rtrs.soft.roce.driver;

import org.jspecify.annotations.NullMarked;
