/**
 * The startup frames of an iWARP connection, and the machines that exchange them (spec/iwarp.md 2 to 4): one request, one
 * reply, and then the stream of FPDUs.
 *
 * <p>Pure: bytes and the time come in, bytes and an outcome go out. Nobody reads beyond a frame's end: what follows belongs
 * to the stream.
 *
 * <p>Markers are never asked for and never inserted, which is the one MUST of RFC 5044 that is not implemented (spec/iwarp.md
 * 6): who demands them is refused.
 */
@NullMarked
package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.NullMarked;
