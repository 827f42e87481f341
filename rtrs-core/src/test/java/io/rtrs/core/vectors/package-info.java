/** Captured kernel sessions, read by a minimal parser of pcap, RoCEv2 and the connection manager. */
@NullMarked
package io.rtrs.core.vectors;

import org.jspecify.annotations.NullMarked;
