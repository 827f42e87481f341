/**
 * The provider {@code softiwarp}: iWARP over TCP sockets of the process.
 *
 * <p>Who drives a connection, in a few words (docs/decisions/0021): it has a lock, which the data path only ever tries, and
 * a bell for those who find it taken. Who posts sends; who polls an empty completion queue reads; who waits on a channel
 * sleeps on its sockets; a daemon thread does the rest: listeners, startups, deadlines, and connections that nobody polls or
 * waits for.
 *
 * <p>Locks are taken in this order: a connection's, a listener's id, a set's or the daemon's, an event channel's or a
 * completion queue's. None is held over a call of the user.
 */
@NullMarked
package io.rtrs.soft.iwarp.driver;

import org.jspecify.annotations.NullMarked;
