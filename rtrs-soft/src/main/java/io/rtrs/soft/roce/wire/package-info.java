/**
 * Bytes of RoCEv2: headers, opcodes, sequence numbers, addresses and the invariant checksum. Pure, allocation-free
 * and big-endian throughout, except for the checksum itself (spec/rocev2.md 1-4).
 */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.wire;
