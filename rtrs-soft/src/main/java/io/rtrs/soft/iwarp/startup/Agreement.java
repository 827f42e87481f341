package io.rtrs.soft.iwarp.startup;

/**
 * What both sides agreed on.
 *
 * @param ird reads and atomics that this side serves at once
 * @param ord reads and atomics that this side may have under way
 * @param crc whether FPDUs carry CRCs, in both directions
 * @param immediates whether the peer is of this project: it understands immediates, also those of a SEND (spec/iwarp.md 13.2)
 * @param echoes whether the peer returned this side's reserved bits, as siw alone does (spec/iwarp.md 9.2)
 * @param rtr what the initiator sends first
 */
public record Agreement(int ird, int ord, boolean crc, boolean immediates, boolean echoes, Rtr rtr) {}
