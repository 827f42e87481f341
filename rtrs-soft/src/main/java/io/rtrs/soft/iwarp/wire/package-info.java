/**
 * The bytes of iWARP on a TCP stream behind the startup frames (spec/iwarp.md 5 to 9): FPDUs of MPA, segments of DDP,
 * messages of RDMAP.
 *
 * <p>{@link io.rtrs.soft.iwarp.wire.RdmapOpcode} is the table of messages; one class for each header reads and writes it in
 * place; {@link io.rtrs.soft.iwarp.wire.Fpdu} is the frame around them, {@link io.rtrs.soft.iwarp.wire.FpduCrc} its
 * checksum; {@link io.rtrs.soft.iwarp.wire.TerminateError} names what ends a connection. Offsets are those of the ULPDU's
 * first byte unless said otherwise.
 */
@NullMarked
package io.rtrs.soft.iwarp.wire;

import org.jspecify.annotations.NullMarked;
