package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.AtomicAckEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.MemorySegment;

/**
 * What the responder owes the peer, and the packets of it, in the order of their numbers (spec/rocev2.md 7.13, 18.56):
 * first the answers to READs and atomics, then one ACK for all SENDs and WRITEs executed, then a NAK.
 */
final class Answers {
    private static final int NO_NAK = 0;

    /** A part of any peer's window: more packets do not wait for an ACK that waits for company. */
    private static final int URGENT_PACKETS = 16;

    private final RemoteMemory memory;
    private final Counters counters;
    private final int destQp;
    private final int mtu;

    /** READs and atomics. */
    final Remembered reads;

    private long expected;
    private int msn;
    private boolean ack;

    /** The newest packet that an ACK may name, and the messages executed with it. */
    private long ackPsn;

    private int ackMsn;

    /** All before it are acknowledged, or their ACK is on its way. */
    private long acknowledged;

    private int nak = NO_NAK;
    private long nakPsn;

    /** The NAK is the last packet. */
    private boolean fatal;

    /** The peer's key died while its READ was answered. */
    private boolean failed;

    Answers(RemoteMemory memory, Counters counters, QpAttributes attributes) {
        this.memory = memory;
        this.counters = counters;
        this.destQp = attributes.destQp();
        this.mtu = attributes.pathMtu();
        this.reads = new Remembered(attributes.remote().responderResources());
        this.expected = attributes.receivePsn() & 0xFF_FFFF;
        this.acknowledged = expected;
        this.ackPsn = expected - 1;
    }

    /** The next request that is executed; all before it were. */
    long expected() {
        return expected;
    }

    /** A message was executed to its end; what follows this is {@link #executed}, {@link #read} or {@link #atomic}. */
    void endMessage() {
        msn = (msn + 1) & 0xFF_FFFF;
    }

    /** A packet of a SEND or WRITE was executed. */
    void executed() {
        ackPsn = expected++;
        ackMsn = msn;
    }

    /** A READ is to be answered; its answer acknowledges what came before, too. */
    void read(int packets, int key, long address, long bytes) {
        reads.addRead(expected, packets, key, address, bytes, msn);
        answerAcknowledges(packets);
    }

    /** An atomic was executed; its answer acknowledges what came before, too. */
    void atomic(long found) {
        reads.addAtomic(expected, found, msn);
        answerAcknowledges(1);
    }

    private void answerAcknowledges(int packets) {
        ack = false;
        expected += packets;
        acknowledged = expected;
    }

    /**
     * An ACK is due, of the newest SEND or WRITE. It never names a READ or an atomic, which its answer alone acknowledges:
     * rxe takes such an ACK for the answer if it overtakes that, and completes the READ without its data.
     */
    void ack() {
        ack = true;
    }

    /**
     * A packet is missing. The ACK that goes before the NAK is for rxe, which heeds one NAK only between two ACKs or
     * answers (spec/rocev2.md 7.3).
     */
    void missing() {
        ack |= ackPsn == expected - 1;
        nak(Aeth.NAK_PSN_SEQUENCE);
        counters.gapsSeen++;
    }

    /** No receive is posted for the expected packet. */
    void notReady(int timerCode) {
        nak(Aeth.RNR | (timerCode & 31));
        counters.receiverNotReady++;
    }

    private void nak(int syndrome) {
        nak = syndrome;
        nakPsn = expected;
    }

    /** The packet that was missed is here. */
    void here() {
        nak = NO_NAK;
    }

    /** The expected request is refused: the NAK is the last that the peer hears. */
    void refuse(int syndrome) {
        nak(syndrome);
        fatal = true;
    }

    /** The queue pair leaves its connection: what was executed is still acknowledged, and a refusal still said. */
    void lastWords() {
        if (!fatal) {
            reads.clear();
            nak = NO_NAK;
        }
    }

    /** Whether there is something to write. */
    boolean hasWork() {
        return ack || nak != NO_NAK || reads.hasOpen();
    }

    /** Whether {@link #transmitAcks} has something to write. */
    boolean owesAcks() {
        return (ack || nak != NO_NAK) && !reads.hasOpen();
    }

    /** Whether what the peer waits for cannot wait for company: a NAK, or an ACK of many packets. */
    boolean isUrgent() {
        return nak != NO_NAK || (ack && expected - acknowledged >= URGENT_PACKETS);
    }

    /** Whether the peer was refused something in the middle of an answer: the queue pair has failed. */
    boolean hasFailed() {
        return failed;
    }

    /** Writes answers to READs and atomics, at most {@code limit}; how many. */
    int transmitData(Transmitter tx, int limit) {
        int written = 0;
        while (written < limit && reads.hasOpen() && writeData(tx)) {
            written++;
        }
        return written;
    }

    private boolean writeData(Transmitter tx) {
        int entry = reads.oldestOpen();
        return reads.atomic[entry] ? writeAtomic(tx, entry) : writeRead(tx, entry);
    }

    /** Whether an ACK would share a send call with what was written before it. */
    boolean haveCompany(Transmitter tx) {
        return tx.hasCompany(RoceOpcode.ACKNOWLEDGE.packetLength(0));
    }

    /** Writes an ACK and a NAK, if they are due and all READs before them are answered; how many. */
    int transmitAcks(Transmitter tx) {
        if (!owesAcks()) {
            return 0;
        }
        int written = 0;
        if (ack && writeAck(tx, Aeth.ACK, ackPsn, ackMsn)) {
            ack = false;
            acknowledged = Math.max(acknowledged, ackPsn + 1);
            written++;
        }
        if (!ack && nak != NO_NAK && writeAck(tx, nak, nakPsn, msn)) {
            nak = NO_NAK;
            written++;
        }
        return written;
    }

    private boolean writeAck(Transmitter tx, int syndrome, long psn, int messages) {
        RoceOpcode code = RoceOpcode.ACKNOWLEDGE;
        long at = tx.reserve(code.packetLength(0));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        Bth.put(tx.memory(), at, code, false, 0, destQp, false, (int) psn);
        Aeth.put(tx.memory(), at + Bth.SIZE, syndrome, messages);
        tx.commit();
        return true;
    }

    private boolean writeAtomic(Transmitter tx, int entry) {
        RoceOpcode code = RoceOpcode.ATOMIC_ACKNOWLEDGE;
        long at = tx.reserve(code.packetLength(0));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        MemorySegment packet = tx.memory();
        Bth.put(packet, at, code, false, 0, destQp, false, (int) reads.first[entry]);
        Aeth.put(packet, at + Bth.SIZE, Aeth.ACK, reads.msn[entry]);
        AtomicAckEth.put(packet, at + Bth.SIZE + Aeth.SIZE, reads.original[entry]);
        tx.commit();
        reads.advance(entry);
        return true;
    }

    private boolean writeRead(Transmitter tx, int entry) {
        long psn = reads.next[entry];
        boolean last = psn + 1 == reads.stop[entry];
        int part = (psn == reads.from[entry] ? Segmentation.FIRST : 0) | (last ? Segmentation.LAST : 0);
        RoceOpcode code = Segmentation.readResponse(part);
        long address = reads.address[entry] + (psn - reads.first[entry]) * mtu;
        int payload = last ? (int) (reads.stopAddress[entry] - address) : mtu;
        long at = tx.reserve(code.packetLength(payload));
        if (at == Transmitter.NO_ROOM) {
            return false;
        }
        MemorySegment packet = tx.memory();
        Bth.put(packet, at, code, false, payload, destQp, false, (int) psn);
        if (part != 0) {
            Aeth.put(packet, at + Bth.SIZE, Aeth.ACK, reads.msn[entry]);
        }
        long body = at + code.headerLength();
        int access = IbvMr.IBV_ACCESS_REMOTE_READ;
        if (payload != 0 && !memory.read(reads.rkey[entry], address, packet, body, payload, access)) {
            keyDied(entry);
            return reads.hasOpen() && writeData(tx);
        }
        Bth.putPad(packet, body + payload, payload);
        tx.commit();
        reads.advance(entry);
        return true;
    }

    /** The key of a READ is no longer valid. If the peer has had the answer before, this is an old packet come late. */
    private void keyDied(int entry) {
        if (reads.answered[entry]) {
            reads.abandon(entry);
            return;
        }
        nakPsn = reads.next[entry];
        nak = Aeth.NAK_REMOTE_ACCESS;
        fatal = true;
        failed = true;
        ack = false;
        reads.clear();
    }
}
