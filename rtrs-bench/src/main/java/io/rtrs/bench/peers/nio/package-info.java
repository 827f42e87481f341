/** The plainest alternative: TCP by {@link java.nio.channels.SocketChannel}, blocking or spinning. */
@NullMarked
package io.rtrs.bench.peers.nio;

import org.jspecify.annotations.NullMarked;
