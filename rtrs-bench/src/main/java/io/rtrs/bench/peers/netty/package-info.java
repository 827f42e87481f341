/** TCP by Netty, one event loop on each side: epoll where its native library is, else NIO. */
@NullMarked
package io.rtrs.bench.peers.netty;

import org.jspecify.annotations.NullMarked;
