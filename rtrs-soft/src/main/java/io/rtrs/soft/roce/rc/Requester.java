package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.roce.wire.AtomicEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Ieth;
import io.rtrs.soft.roce.wire.ImmDt;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;

import java.lang.foreign.MemorySegment;

/** Starts send work requests in order and writes their packets, as often as it takes (spec/rocev2.md 6). */
final class Requester {
    private static final int NOTHING = -1;

    private final QueuePair qp;
    private final Domain domain;
    private final NumberedQueue queue;
    private final SendArray ring;
    private final Flight flight;
    private final AskedReads asked;
    private final RoundTrip roundTrip;
    private final PacketCursor cursor;
    private final int destQp;
    private final int mtu;
    private final int chunk;

    /** Nothing can be sent before something is acknowledged. */
    private boolean blocked;

    /** Whether the packet that was sent last asks for an answer. */
    private boolean asking;

    // The work request that is being sent.
    private long loaded = NOTHING;
    private int slot;
    private int opcode;
    private RoceOpcode[] parts = Segmentation.parts(WrOpcode.SEND);
    private boolean writes;
    private long first;
    private long end;
    private long length;

    Requester(
            QueuePair qp,
            NumberedQueue queue,
            Flight flight,
            AskedReads asked,
            RoundTrip roundTrip,
            QpAttributes attributes) {
        this.qp = qp;
        this.domain = qp.domain();
        this.queue = queue;
        this.ring = queue.ring;
        this.flight = flight;
        this.asked = asked;
        this.roundTrip = roundTrip;
        this.cursor = new PacketCursor(domain, ring);
        this.destQp = attributes.destQp();
        this.mtu = attributes.pathMtu();
        this.chunk = attributes.limits().readChunk();
    }

    /** The peer's queue pair. */
    int destQp() {
        return destQp;
    }

    /** Whether {@link #transmit} may have something to write. */
    boolean hasWork() {
        return !blocked && queue.next < queue.posted();
    }

    /** Something was acknowledged. */
    void unblock() {
        blocked = false;
    }

    /** Sending starts again with the oldest packet that is not acknowledged. */
    void goBack() {
        flight.goBack();
        asked.againAll();
        queue.next = queue.head;
        loaded = NOTHING;
        blocked = false;
    }

    /**
     * The newest request packet goes again: what the peer says to it tells what is missing. Of a READ that is the request
     * for the rest of its newest part.
     *
     * @return false if it cannot be sent any more: its memory is gone, which fails it when all before it are complete
     */
    boolean probe() {
        long sequence = queue.started - 1;
        while (queue.firstPsn[queue.slot(sequence)] >= flight.max()) {
            sequence--; // It has no packets, or none of them was sent.
        }
        if (queue.isFailing(sequence)) {
            return false;
        }
        int at = queue.slot(sequence);
        long from = flight.max() - 1;
        if (queue.isRead(at)) {
            asked.againNewest();
            from = Math.max(flight.una(), Math.max(queue.firstPsn[at], asked.newest()));
        }
        flight.probe(from);
        queue.next = sequence;
        loaded = NOTHING;
        blocked = false;
        return true;
    }

    /** Writes packets, at most {@code limit}; how many. */
    int transmit(Transmitter tx, int limit, long nowNs) {
        int written = 0;
        while (written < limit && load()) {
            long psn = flight.next();
            boolean isNew = psn == flight.max();
            if (!send(tx)) {
                break;
            }
            written++;
            if (isNew && asking) {
                roundTrip.sent(psn, nowNs);
            }
            if (flight.next() == end) {
                queue.next++;
            }
        }
        return written;
    }

    /** Makes ready the work request that has the next packet; false if there is none, or if it must wait. */
    private boolean load() {
        while (true) {
            long sequence = queue.next;
            if (sequence == loaded && flight.next() < end) {
                return true;
            }
            if (sequence == queue.posted()) {
                return false;
            }
            if (queue.isFailing(sequence) || (sequence == queue.started && !start(sequence))) {
                blocked = true;
                return false;
            }
            if (flight.next() < queue.endPsn[queue.slot(sequence)]) {
                take(sequence);
                return true;
            }
            queue.next++; // It has no packets, or all are acknowledged.
        }
    }

    private void take(long sequence) {
        loaded = sequence;
        slot = queue.slot(sequence);
        opcode = ring.opcode[slot];
        parts = Segmentation.parts(opcode);
        writes = opcode == WrOpcode.RDMA_WRITE || opcode == WrOpcode.RDMA_WRITE_WITH_IMM;
        first = queue.firstPsn[slot];
        end = queue.endPsn[slot];
        length = ring.total(slot);
        if (queue.isInline(slot)) {
            cursor.openInline(queue.inlineData(), queue.inlineOffset(slot));
        } else {
            cursor.open(ring, slot);
        }
    }

    /** Checks a work request and numbers its packets; false if it must wait, or cannot be executed. */
    private boolean start(long sequence) {
        int wr = queue.slot(sequence);
        int wrOpcode = ring.opcode[wr];
        if ((ring.flags[wr] & IbvSendWR.IBV_SEND_FENCE) != 0 && queue.openReads > 0) {
            return false;
        }
        if (wrOpcode == WrOpcode.LOCAL_INV && queue.head != sequence) {
            return false; // It waits for all before it (spec/rocev2.md 6.8).
        }
        int status = check(wr, wrOpcode);
        if (status != Status.SUCCESS) {
            queue.fail(sequence, status);
            return false;
        }
        boolean local = wrOpcode == WrOpcode.LOCAL_INV || wrOpcode == WrOpcode.BIND_MW;
        queue.start(flight.max(), local ? 0 : packets(wr, wrOpcode));
        return true;
    }

    private int packets(int wr, int wrOpcode) {
        boolean atomic = SendQueue.isReadOpcode(wrOpcode) && wrOpcode != WrOpcode.RDMA_READ;
        return atomic ? 1 : Segmentation.packets(ring.total(wr), mtu);
    }

    /** What stands against a work request; what needs no peer is executed. */
    private int check(int wr, int wrOpcode) {
        return switch (wrOpcode) {
            case WrOpcode.BIND_MW -> bind(wr) ? Status.SUCCESS : Status.MW_BIND_ERR;
            case WrOpcode.LOCAL_INV -> invalidate(ring.rkey[wr]) ? Status.SUCCESS : Status.LOC_QP_OP_ERR;
            case WrOpcode.RDMA_READ -> checkMemory(wr, true);
            case WrOpcode.ATOMIC_CMP_AND_SWP, WrOpcode.ATOMIC_FETCH_AND_ADD ->
                ring.numSge[wr] == 1 && ring.total(wr) == Long.BYTES ? checkMemory(wr, true) : Status.LOC_QP_OP_ERR;
            default -> queue.isInline(wr) ? Status.SUCCESS : checkMemory(wr, false);
        };
    }

    private int checkMemory(int wr, boolean read) {
        if (read && asked.depth() == 0) {
            return Status.REM_INV_REQ_ERR; // The peer would answer that: it agreed to none.
        }
        if (ring.total(wr) > Segmentation.MAX_MESSAGE) {
            return Status.LOC_LEN_ERR;
        }
        return SgeCursor.permitted(domain, ring, wr, read) ? Status.SUCCESS : Status.LOC_PROT_ERR;
    }

    private boolean bind(int wr) {
        Window window = ring.window[wr];
        return window != null
                && window.bind(
                        qp, domain, ring.rkey[wr], ring.region[wr], ring.remote[wr], ring.operand[wr], ring.access[wr]);
    }

    private boolean invalidate(int rkey) {
        return domain.keys.find(rkey) instanceof Window window && window.invalidate(qp, rkey);
    }

    private boolean send(Transmitter tx) {
        return switch (opcode) {
            case WrOpcode.RDMA_READ -> sendRead(tx);
            case WrOpcode.ATOMIC_CMP_AND_SWP, WrOpcode.ATOMIC_FETCH_AND_ADD -> sendAtomic(tx);
            default -> sendPart(tx);
        };
    }

    /** Writes one packet of a SEND or WRITE. */
    private boolean sendPart(Transmitter tx) {
        blocked = !flight.hasRoom();
        if (blocked) {
            return false;
        }
        long psn = flight.next();
        boolean last = psn + 1 == end;
        int part = (psn == first ? Segmentation.FIRST : 0) | (last ? Segmentation.LAST : 0);
        long done = (psn - first) * mtu;
        int payload = last ? (int) (length - done) : mtu;
        RoceOpcode code = parts[part];
        long at = tx.reserve(code.packetLength(payload));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        MemorySegment memory = tx.memory();
        boolean asksAck = flight.asksAck(last);
        Bth.put(memory, at, code, last && isSolicited(), payload, destQp, asksAck, (int) psn);
        if (part != 0) {
            putHeaders(memory, at, code);
        }
        long body = at + code.headerLength();
        cursor.seek(done);
        if (payload != 0 && !cursor.gather(tx, body, payload)) {
            queue.fail(loaded, Status.LOC_PROT_ERR);
            blocked = true;
            return false;
        }
        if (last) {
            Bth.putPad(memory, body + payload, payload);
        }
        tx.commit();
        asking = asksAck;
        flight.sent(1, asksAck);
        return true;
    }

    private void putHeaders(MemorySegment memory, long at, RoceOpcode code) {
        long header = at + Bth.SIZE;
        if (writes && flight.next() == first) {
            Reth.put(memory, header, ring.remote[slot], ring.rkey[slot], (int) length);
            header += Reth.SIZE;
        }
        if (code.hasImmediate()) {
            ImmDt.put(memory, header, Imm.fromRaw(ring.rawImm[slot]));
        } else if (code.hasInvalidate()) {
            Ieth.put(memory, header, ring.rkey[slot]);
        }
    }

    /** Whether the peer's consumer wants an event; a plain WRITE gives none (spec/rocev2.md 6.2). */
    private boolean isSolicited() {
        return opcode != WrOpcode.RDMA_WRITE && (ring.flags[slot] & IbvSendWR.IBV_SEND_SOLICITED) != 0;
    }

    /**
     * Asks for what is missing of a READ, at most for a chunk: a long one is read in chunks, of which as many are under way
     * as there is room for answers, since these have no flow control of their own. No chunk is larger than the share of the
     * peer's budget.
     */
    private boolean sendRead(Transmitter tx) {
        long psn = flight.next();
        long again = asked.again();
        long stop = again == AskedReads.NONE ? Math.min(end, psn + Math.min(chunk, flight.mostAnswers())) : again;
        int packets = (int) (stop - psn);
        if (asked.isFull() || !flight.hasRoomForAnswers(packets)) {
            blocked = true;
            return false;
        }
        RoceOpcode code = RoceOpcode.READ_REQUEST;
        long at = tx.reserve(code.packetLength(0));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        MemorySegment memory = tx.memory();
        Bth.put(memory, at, code, false, 0, destQp, true, (int) psn);
        long done = (psn - first) * mtu;
        long part = Math.min(length - done, (long) packets * mtu);
        Reth.put(memory, at + Bth.SIZE, ring.remote[slot] + done, ring.rkey[slot], (int) part);
        tx.commit();
        asked.add(stop);
        asking = true;
        flight.sent(packets, true);
        return true;
    }

    private boolean sendAtomic(Transmitter tx) {
        if (asked.isFull() || !flight.hasRoomForAnswers(1)) {
            blocked = true;
            return false;
        }
        boolean swap = opcode == WrOpcode.ATOMIC_CMP_AND_SWP;
        RoceOpcode code = swap ? RoceOpcode.COMPARE_SWAP : RoceOpcode.FETCH_ADD;
        long at = tx.reserve(code.packetLength(0));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        MemorySegment memory = tx.memory();
        long psn = flight.next();
        Bth.put(memory, at, code, false, 0, destQp, true, (int) psn);
        long operand = swap ? ring.swap[slot] : ring.operand[slot];
        long compare = swap ? ring.operand[slot] : 0;
        AtomicEth.put(memory, at + Bth.SIZE, ring.remote[slot], ring.rkey[slot], operand, compare);
        tx.commit();
        asked.add(psn + 1);
        asking = true;
        flight.sent(1, true);
        return true;
    }
}
