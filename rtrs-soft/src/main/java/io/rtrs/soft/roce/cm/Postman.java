package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Writes the messages of a manager and hands them out, those of a connection and those without one. */
final class Postman {
    private static final int GUID_SIZE = 8;

    private final MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
    private final CmIdentity self;
    private final CmTimes times;
    private final CmSink sink;
    private final Counters counters;
    private final PrivateData guid;

    Postman(CmIdentity self, CmTimes times, CmSink sink, Counters counters) {
        this.self = self;
        this.times = times;
        this.sink = sink;
        this.counters = counters;
        MemorySegment bytes = MemorySegment.ofArray(new byte[GUID_SIZE]);
        bytes.set(Layouts.BE64, 0, self.caGuid());
        this.guid = PrivateData.of(bytes.toArray(Layouts.U8));
    }

    /** The transaction that this side opens for a connection, with its REQ or its DREQ (spec/rocev2.md 10.3). */
    long transaction(int id) {
        long high = (self.caGuid() ^ self.caGuid() >>> 32) << 32;
        return high | Integer.toUnsignedLong(id);
    }

    void request(Connection to) {
        send(to.peer, to.request, to.transaction);
    }

    void reply(Connection to) {
        Rep reply = Objects.requireNonNull(to.reply);
        send(to.peer, reply, to.transaction);
    }

    void ready(Connection to) {
        send(to.peer, new Rtu(to.id, to.peerId, PrivateData.EMPTY), to.transaction);
    }

    void askForTime(Connection to) {
        Mra mra = new Mra(to.id, to.peerId, Mra.REQ, times.serviceCode(), PrivateData.EMPTY);
        send(to.peer, mra, to.transaction);
    }

    void disconnect(Connection to) {
        send(to.peer, new Dreq(to.id, to.peerId, to.peerQpn, PrivateData.EMPTY), transaction(to.id));
    }

    void disconnected(Connection to) {
        send(to.peer, new Drep(to.id, to.peerId, PrivateData.EMPTY), to.peerDisconnect);
    }

    /** Answers a DREQ for ids that do not exist: the other side then has what it wants. */
    void disconnected(RoceAddress to, Dreq dreq, long transaction) {
        send(
                to,
                new Drep(/* localId= */ dreq.remoteId(), /* remoteId= */ dreq.localId(), PrivateData.EMPTY),
                transaction);
    }

    void reject(Connection to, int rejected, int reason, PrivateData data) {
        send(to.peer, Rej.of(to.id, to.peerId, rejected, reason, data), to.transaction);
    }

    /** Refuses a REQ that no id was given to. */
    void reject(RoceAddress to, Req req, int reason, long transaction) {
        send(to, Rej.of(0, req.localId(), Rej.REQ, reason, PrivateData.EMPTY), transaction);
    }

    /** Refuses a REQ for its path MTU, and names the largest that is carried here. */
    void rejectPathMtu(RoceAddress to, Req req, int carried, long transaction) {
        send(to, Rej.ofPathMtu(req.localId(), PathMtu.code(carried)), transaction);
    }

    /** Refuses a REP for an id that does not exist: the other side need not wait for an RTU. */
    void reject(RoceAddress to, Rep rep, long transaction) {
        Rej rej = Rej.of(rep.remoteId(), rep.localId(), Rej.REP, RejectReason.INVALID_COMM_ID, PrivateData.EMPTY);
        send(to, rej, transaction);
    }

    /** Tells the other side, known or not, that this side waits no longer (spec/rocev2.md 13.4). */
    void giveUp(Connection to) {
        int peerId = to.peerKnown ? to.peerId : 0;
        Rej rej = new Rej(to.id, peerId, Rej.OTHER, GUID_SIZE, RejectReason.TIMEOUT, guid, PrivateData.EMPTY);
        send(to.peer, rej, to.transaction);
    }

    private void send(RoceAddress to, CmMessage message, long transaction) {
        message.encodeMad(mad, 0, transaction);
        if (self.port() != RoceAddress.ROCE_PORT) {
            Mad.tellOwnPort(mad, 0);
        }
        if (self.receiveBytes() != 0) {
            Mad.tellReceiveBuffer(mad, 0, self.receiveBytes());
        }
        counters.add(CmCounter.SENT);
        sink.sendMad(mad, 0, to);
    }
}
