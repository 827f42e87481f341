/** RTRS over the software RoCE provider, waiting or spinning. */
@NullMarked
package io.rtrs.bench.peers.rtrs;

import org.jspecify.annotations.NullMarked;
