/**
 * Recordings of what a provider sends and receives, for Wireshark: which file, how long, when it is on the disk, and the
 * headers around packets of any protocol over IP. What a packet is, the provider's link knows.
 */
@NullMarked
package io.rtrs.soft.record;

import org.jspecify.annotations.NullMarked;
