package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

/** What is known of one connection. Its state is changed by {@link Transitions} only; the rest by whoever handles the input. */
final class Connection {
    /** The lower half of a transaction is the id. */
    private static final long NEXT_TRANSACTION = 1L << 32;

    /** This side's communication id, unique in the manager. */
    final int id;

    final RoceAddress peer;

    /** The REQ that was sent or received, and the transaction that it opened. */
    Req request;

    long transaction;

    /** The listener that it came through; null on the active side. */
    final @Nullable Listener listener;

    ConnectionState state = ConnectionState.IDLE;

    /** Whether a consumer wants to hear of it. */
    boolean owned = true;

    /** The other side, known on the passive side from the start, on the active side since the REP. */
    boolean peerKnown;

    int peerId;
    long peerGuid;
    int peerQpn;

    /** What it tells about itself. */
    Told told = Told.NOTHING;

    /** This side's queue pair; 0 while there is none. */
    int qpn;

    /** The passive side's answer. */
    @Nullable
    Rep reply;

    /** The transaction of the peer's last DREQ. */
    long peerDisconnect;

    /** Why the next report is as it is. */
    int reason;

    PrivateData data = PrivateData.EMPTY;

    /** How long the peer's last MRA makes this side wait. */
    long patienceNs;

    /** The timer of the state. */
    boolean armed;

    long deadlineNs;
    int attempts;

    /** Why the network says that what waits for an answer did not arrive, an errno, or 0; and which of its tries. */
    int unreachable;

    int unreachableAttempt;

    boolean disconnectReported;

    Connection(int id, RoceAddress peer, Req request, long transaction, @Nullable Listener listener) {
        this.id = id;
        this.peer = peer;
        this.request = request;
        this.transaction = transaction;
        this.listener = listener;
    }

    /** Another REQ takes the place of one that was refused; a late answer to that one names its own transaction. */
    void askAnew(Req next) {
        request = next;
        transaction += NEXT_TRANSACTION;
        attempts = 0;
    }

    long handle() {
        return Integer.toUnsignedLong(id);
    }

    boolean isActive() {
        return listener == null;
    }

    void know(int otherId, long guid, int otherQpn) {
        peerKnown = true;
        peerId = otherId;
        peerGuid = guid;
        peerQpn = otherQpn;
    }
}
