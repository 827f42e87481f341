package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.Ddp;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.FpduCrc;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.TerminateError;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Cuts what arrives into FPDUs, checks each in the order of spec/iwarp.md 15, has its payload placed and then executes it
 * (22.1).
 *
 * <p>The socket is read into a buffer of ours, from which short payload is copied; the rest of a long one is read straight
 * to where it belongs. How far the socket is read ahead follows what came last: little behind long payload, so that the
 * next can go straight, too; more and more behind short ones. With CRCs an FPDU is taken when the whole of it is here and
 * right, and all is copied.
 */
final class Parser {
    /** Holds the longest FPDU and what is read behind it. */
    static final int BUFFER = 128 << 10;

    /** Without CRCs, headers alone must be in it whole. */
    private static final int SMALL_BUFFER = 64 << 10;

    private static final int LEAST_AHEAD = 1 << 10;
    private static final int CONTROL_END = Fpdu.LENGTH + Ddp.CONTROL;

    private enum Phase {
        /** The length and the control bytes are missing. */
        START,
        /** Headers are missing; with CRCs, or where there is no payload, the rest of the FPDU. */
        HEAD,
        /** Payload is missing. */
        PAYLOAD,
        /** Pad or CRC is missing. */
        TRAILER
    }

    private final QueuePair qp;
    private final Terminator terminator;
    private final Tagged tagged;
    private final Untagged untagged;
    private final Segment segment;
    private final boolean privateOpcodes;
    private final MemorySegment buffer;
    private final @Nullable FpduCrc crc;

    // In the buffer: what is not parsed yet.
    private int from;
    private int filled;

    private int ahead = LEAST_AHEAD;
    private Phase phase = Phase.START;

    // Of the FPDU under way.
    private RdmapOpcode opcode = RdmapOpcode.SEND;
    private int ulpdu;

    /** Bytes, from the length on, that HEAD waits for. */
    private int head;

    private int payloadLeft;
    private int trailerLeft;

    /** Bytes that the last target outside the buffer has room for. */
    private long direct;

    /** The length of the Write that ended with the last FPDU. */
    private long written;

    private boolean heard;
    private boolean waits;

    Parser(
            QueuePair qp,
            Terminator terminator,
            Tagged tagged,
            Untagged untagged,
            Segment segment,
            StreamAttributes attributes) {
        this.qp = qp;
        this.terminator = terminator;
        this.tagged = tagged;
        this.untagged = untagged;
        this.segment = segment;
        this.privateOpcodes = attributes.privateOpcodes();
        this.buffer = Arena.ofAuto().allocate(attributes.crc() ? BUFFER : SMALL_BUFFER, 64);
        this.crc = attributes.crc() ? new FpduCrc(buffer) : null;
    }

    /** Whether an FPDU of the peer has come, and nothing stood against its headers. */
    boolean hasHeard() {
        return heard;
    }

    /** Whether nothing can go on before a receive is posted. */
    boolean waits() {
        return waits;
    }

    /** Whether an FPDU, or a message, is under way: for the log. */
    boolean isMidFpdu() {
        return phase != Phase.START || filled != from;
    }

    /** What must be held while the socket is read, or null. */
    @Nullable
    Object guard() {
        return phase == Phase.PAYLOAD && opcode.isTagged() ? tagged.window() : null;
    }

    /** Adds where the next bytes are to go. */
    void into(Pieces pieces) {
        direct = 0;
        int limit = ahead;
        if (phase == Phase.PAYLOAD && crc == null && filled == from && payloadLeft >= Targets.LEAST) {
            direct = opcode.isTagged() ? tagged.target(pieces, payloadLeft) : untagged.target(pieces, payloadLeft);
            if (direct != 0 && direct < payloadLeft) {
                return;
            }
            limit = direct == 0 ? ahead : LEAST_AHEAD;
        }
        makeRoom();
        int room = buffer() - filled;
        pieces.add(buffer, filled, Math.min(room, Math.max(limit, needed())));
    }

    private int buffer() {
        return (int) buffer.byteSize();
    }

    /** Bytes that are missing before anything can go on, where that is known. */
    private int needed() {
        return phase == Phase.HEAD ? head - (filled - from) : 0;
    }

    private void makeRoom() {
        if (from == filled) {
            from = 0;
            filled = 0;
        } else if (buffer() - filled < Math.max(needed(), LEAST_AHEAD)) {
            MemorySegment.copy(buffer, from, buffer, 0, filled - from);
            filled -= from;
            from = 0;
        }
    }

    /** Bytes have come to where {@link #into} said. */
    void arrived(long bytes) {
        long there = Math.min(bytes, direct);
        if (there > 0) {
            direct = 0;
            payloadLeft -= (int) there;
            if (opcode.isTagged()) {
                tagged.arrived(there);
            } else {
                untagged.arrived(there);
            }
        }
        filled += (int) (bytes - there);
        run();
    }

    /** The kernel could not write to where {@link #into} said. */
    void fault() {
        if (phase == Phase.PAYLOAD) {
            boolean gone = opcode.isTagged() ? tagged.gone() : untagged.gone();
            assert !gone;
        }
    }

    /** Goes on as far as it can. */
    void run() {
        waits = false;
        while (qp.isConnected() && step()) {
            // each step takes bytes, or begins or ends an FPDU
        }
    }

    private int available() {
        return filled - from;
    }

    private boolean step() {
        return switch (phase) {
            case START -> start();
            case HEAD -> head();
            case PAYLOAD -> payload();
            case TRAILER -> trailer();
        };
    }

    /** Reads length and control bytes: 1 to 6 of the checks. */
    private boolean start() {
        if (available() < Fpdu.LENGTH) {
            return false;
        }
        ulpdu = Fpdu.ulpdu(buffer, from);
        if (ulpdu < Ddp.CONTROL) {
            terminator.refuseUnread(TerminateError.FRAME);
            return false;
        }
        if (available() < CONTROL_END) {
            return false;
        }
        int control = Ddp.control(buffer, from + Fpdu.LENGTH);
        TerminateError error = checkControl(control);
        if (error != null) {
            terminator.refuseUnread(error);
            return false;
        }
        boolean whole = crc != null || !opcode.hasPayload();
        head = whole ? Fpdu.size(ulpdu) : opcode.isTagged() ? taggedHead() : untagged.headBytes(opcode, ulpdu);
        phase = Phase.HEAD;
        if (opcode == RdmapOpcode.TERMINATE && ulpdu > opcode.most()) {
            head = CONTROL_END; // it is not worth waiting for
        }
        return true;
    }

    private int taggedHead() {
        return Fpdu.LENGTH + opcode.ddpHeader();
    }

    private @Nullable TerminateError checkControl(int control) {
        if (!Ddp.isVersionKnown(control)) {
            return Ddp.isTagged(control) ? TerminateError.TAGGED_VERSION : TerminateError.UNTAGGED_VERSION;
        }
        if (!Ddp.isRdmapVersionKnown(control)) {
            return TerminateError.RDMAP_VERSION;
        }
        RdmapOpcode code = RdmapOpcode.of(control);
        if (code == null || (code.isSendImmediate() && !privateOpcodes) || code.isTagged() != Ddp.isTagged(control)) {
            return TerminateError.UNEXPECTED_OPCODE;
        }
        opcode = code;
        return code != RdmapOpcode.TERMINATE && ulpdu < code.least() ? TerminateError.FRAME : null;
    }

    /** Checks the CRC and the headers, once they are here. */
    private boolean head() {
        if (available() < head) {
            return false;
        }
        FpduCrc check = crc;
        if (check != null && available() >= Fpdu.size(ulpdu) && !check.isIntact(from)) {
            terminator.refuseUnread(TerminateError.CRC);
            return false;
        }
        if (opcode == RdmapOpcode.TERMINATE) {
            boolean whole = available() >= Fpdu.size(ulpdu);
            terminator.received(buffer, from + Fpdu.LENGTH, whole ? ulpdu : 0);
            return false;
        }
        segment.read(buffer, from + Fpdu.LENGTH, opcode, ulpdu);
        int verdict = opcode.isTagged()
                ? tagged.begin(segment) ? Untagged.GOOD : Untagged.REFUSED
                : untagged.begin(segment, buffer, from + Fpdu.LENGTH);
        heard |= verdict != Untagged.REFUSED;
        waits = verdict == Untagged.WAIT;
        if (verdict != Untagged.GOOD) {
            return false;
        }
        if (!opcode.hasPayload()) {
            untagged.end(segment, buffer, from + Fpdu.LENGTH, written);
            written = 0;
            from += Fpdu.size(ulpdu);
            readFurtherAhead();
            phase = Phase.START;
            return true;
        }
        int skipped = opcode.isTagged() ? 0 : untagged.skip(segment);
        from += Fpdu.LENGTH + opcode.ddpHeader() + skipped;
        payloadLeft = segment.payload() - skipped;
        trailerLeft = Fpdu.trailer(ulpdu);
        if (payloadLeft >= Targets.LEAST) {
            ahead = LEAST_AHEAD;
        } else {
            readFurtherAhead();
        }
        phase = Phase.PAYLOAD;
        return true;
    }

    private void readFurtherAhead() {
        ahead = Math.min(buffer(), 2 * ahead);
    }

    private boolean payload() {
        int bytes = Math.min(available(), payloadLeft);
        if (bytes > 0) {
            boolean placed =
                    opcode.isTagged() ? tagged.place(buffer, from, bytes) : untagged.place(buffer, from, bytes);
            if (!placed) {
                return false;
            }
            from += bytes;
            payloadLeft -= bytes;
        }
        if (payloadLeft > 0) {
            return false;
        }
        phase = Phase.TRAILER;
        return true;
    }

    private boolean trailer() {
        int bytes = Math.min(available(), trailerLeft);
        from += bytes;
        trailerLeft -= bytes;
        if (trailerLeft > 0) {
            return false;
        }
        phase = Phase.START;
        if (opcode.isTagged()) {
            written = tagged.end(segment);
        } else {
            untagged.end(segment, buffer, from, written);
            written = 0;
        }
        return true;
    }
}
