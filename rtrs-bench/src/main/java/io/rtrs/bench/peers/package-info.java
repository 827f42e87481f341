/**
 * RTRS over software RoCE side by side with what a user would pick instead, client and server as two processes.
 *
 * <p>{@link io.rtrs.bench.peers.ComparePeers} is the program; it starts a {@link io.rtrs.bench.peers.PeerClientMain} for
 * each load of each transport, which starts its {@link io.rtrs.bench.peers.PeerServerMain}. A process ends when the one that started it
 * does.
 */
@NullMarked
package io.rtrs.bench.peers;

import org.jspecify.annotations.NullMarked;
