package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.util.Arrays;

/**
 * What iWARP has otherwise than InfiniBand's transport: the lines of the contract that change (spec/iwarp.md 13.4). A send
 * completes when the socket took it, and says nothing about the peer; an error ends the connection of both; private data has
 * its exact length.
 */
final class Differences {
    /** Private data that a connect carries at most. */
    static final int CONNECT_DATA = Subject.isIwarp() ? 252 : 56;

    /** The number of the message that follows a write. */
    private static final long BEHIND = 4711;

    private Differences() {}

    /** What arrives of private data in a message with this room. */
    static byte[] delivered(byte[] data, int room) {
        return Subject.isIwarp() ? data : Arrays.copyOf(data, room);
    }

    /** Nothing is reported here, unless a send completes without the peer, or an error ends the connection of both. */
    static void notYetReported(Endpoint end) throws IOException {
        if (!Subject.isIwarp()) {
            assertThat(end.pollOnce()).isNull();
        }
    }

    /** What needs that a completion tells of the peer does not hold. */
    static void needsAcknowledgements() {
        assumeFalse(Subject.isIwarp(), "a send completes when the socket took it");
    }

    /**
     * The active side's send of that number failed, because the peer refused it, with one of these statuses; on iWARP the
     * connection is over, and the send was good as far as it is told, or flushed.
     */
    static void refusedSend(ConnectedPair pair, long wrId, Integer... statuses) throws IOException {
        if (!Subject.isIwarp()) {
            IbvWC failed = pair.active.next();
            assertThat(failed.getWr_id()).isEqualTo(wrId);
            assertThat(failed.getStatus()).isIn((Object[]) statuses);
            return;
        }
        over(pair);
    }

    /** The status of a send or write that the peer refuses, where it has this one elsewhere. */
    static int ofRefusedSend(int elsewhere) {
        return Subject.isIwarp() ? Wc.SUCCESS : elsewhere;
    }

    /** What the active side wrote, and was told to be done, is in the passive side's memory. */
    static void placed(ConnectedPair pair) throws IOException {
        if (Subject.isIwarp()) {
            pair.passive.receive(BEHIND, 0);
            pair.active.send(WrOpcode.SEND, 0, BEHIND, 0);
            pair.passive.succeeded(BEHIND);
        }
    }

    /** What was posted behind a refused send is flushed, unless it was on its way already. */
    static void flushedBehind(Endpoint sender) throws IOException {
        if (!Subject.isIwarp()) {
            assertThat(sender.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
        }
    }

    /** The active side hears that the connection is over; nothing that it sent failed for a reason of its own. */
    static void over(ConnectedPair pair) throws IOException {
        Subject.take(pair.activeEvents, EventType.RDMA_CM_EVENT_DISCONNECTED);
        for (IbvWC wc = pair.active.pollOnce(); wc != null; wc = pair.active.pollOnce()) {
            assertThat(wc.getStatus()).isIn(Wc.SUCCESS, Wc.WR_FLUSH_ERR);
        }
    }
}
