package io.rtrs.client.request;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.HeartbeatAnswer;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WcStatus;
import io.rtrs.verbs.WrOpcode;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What the completions of a path's connections mean (spec/rtrs.md 7.7, both modes).
 *
 * <p><b>Threading:</b> each connection's loop calls it; it holds nothing that two loops write. <b>Allocation:</b> none,
 * unless something is wrong.
 */
public final class AnswerHandler implements CompletionHandler {
    private final CarrierTable table;
    private final ReadKeys keys;
    private final PathEvents events;
    private final MemorySegment[] receiveMemory;
    private final Connection service;
    private final HeartbeatAnswer heartbeatAnswer;
    private final int queueDepth;
    private final boolean newRkey;

    /**
     * Makes the handler of a path.
     *
     * @param service con 0
     * @param receiveMemory what each connection receives into, by cid
     */
    public AnswerHandler(CarrierTable table, PathEvents events, Connection service, List<MemorySegment> receiveMemory) {
        this.table = table;
        this.keys = table.keys();
        this.events = events;
        this.receiveMemory = receiveMemory.toArray(new MemorySegment[0]);
        this.service = service;
        this.heartbeatAnswer = new HeartbeatAnswer(service);
        this.queueDepth = table.limits().queueDepth();
        this.newRkey = table.limits().newRkey();
    }

    @Override
    public void onCompletion(Connection connection, IbvWC completion) {
        long workId = completion.getWr_id();
        if (completion.getStatus() != Connection.SUCCESS) {
            onFailed(connection, completion);
            return;
        }
        switch (WorkId.kind(workId)) {
            case WorkId.RECEIVE -> onReceive(connection, completion, workId);
            case WorkId.INFO_RECEIVE -> events.onInfo(completion.getByte_len());
            case WorkId.WRITE -> onAcknowledged(WorkId.slot(workId));
            case WorkId.COUNTED_WRITE -> {
                onAcknowledged(WorkId.slot(workId));
                onRoom(connection);
            }
            case WorkId.INVALIDATE -> {
                onSettled(table.carrier(WorkId.slot(workId)));
                onRoom(connection);
            }
            case WorkId.REQUEST, WorkId.HEARTBEAT -> onRoom(connection);
            default -> {} // an INFO message has gone out
        }
    }

    private void onFailed(Connection connection, IbvWC completion) {
        if (completion.getStatus() == Connection.FLUSHED) {
            onFlushed(connection);
            return;
        }
        events.onPathError(
                WcStatus.errno(completion.getStatus()),
                "con " + connection.cid() + ": " + connection.describe(completion.getStatus(), "the server"));
    }

    /**
     * The queue pair is in error. If it got there as responder, no other completion says so, and the server need not
     * disconnect: without this report requests would wait for ever.
     */
    private void onFlushed(Connection connection) {
        if (!connection.draining()) {
            events.onPathError(
                    Errno.ECONNRESET,
                    "con " + connection.cid() + " is in error: what was posted came back without being executed");
        }
    }

    private void onReceive(Connection connection, IbvWC completion, long workId) {
        int flags = completion.getWc_flags();
        if (completion.getOpcode() == WrOpcode.WC_RECV_RDMA_WITH_IMM) {
            onImmediate(connection, Imm.fromRaw(completion.getImm_data()));
        } else if ((flags & WrOpcode.WC_WITH_IMM) != 0) {
            onSendWithImmediate(connection, completion, workId);
        } else if ((flags & WrOpcode.WC_WITH_INV) == 0) {
            events.onStray("a SEND of " + completion.getByte_len() + " bytes on con " + connection.cid());
        }
        // A SEND WITH INVALIDATE has done its work in the adapter; the answer follows.
    }

    private void onImmediate(Connection connection, int immediate) {
        switch (Immediates.type(immediate)) {
            case Immediates.TYPE_IO_RSP -> answered(connection, immediate, false);
            case Immediates.TYPE_IO_RSP_W_INV -> answered(connection, immediate, true);
            case Immediates.TYPE_HB_MSG -> acknowledgeHeartbeat();
            case Immediates.TYPE_HB_ACK -> events.onHeartbeatAck();
            default -> events.onStray("unknown immediate 0x" + Integer.toHexString(immediate));
        }
    }

    /** Not on a broken path: the server's fence takes an acknowledgement as proof that the path is in use. */
    private void acknowledgeHeartbeat() {
        if (!events.isBroken()) {
            acknowledged(heartbeatAnswer.post());
        }
    }

    private void acknowledged(int errno) {
        if (errno != 0 && !service.draining()) {
            events.onPathError(Errno.ECONNRESET, "posting a heartbeat's answer failed with errno " + errno);
        }
    }

    /** Credits have come back. The acknowledgement is first: whoever waits for it takes its delay for the path's. */
    private void onRoom(Connection connection) {
        if (connection == service && !events.isBroken()) {
            acknowledged(heartbeatAnswer.onRoom());
        }
        table.onRoom(connection);
    }

    /** Mode Y's answer: an immediate of type 1 or 2 with RKEY_RSP. */
    private void onSendWithImmediate(Connection connection, IbvWC completion, long workId) {
        int immediate = Imm.fromRaw(completion.getImm_data());
        int type = Immediates.type(immediate);
        if (!newRkey || (type != Immediates.TYPE_IO_RSP && type != Immediates.TYPE_IO_RSP_W_INV)) {
            events.onStray("a SEND with immediate 0x" + Integer.toHexString(immediate));
            return;
        }
        MemorySegment memory = receiveMemory[connection.cid()];
        long offset = connection.receiveOffset(workId);
        int length = completion.getByte_len();
        int messageId = Immediates.messageId(immediate);
        int code = RkeyRspView.check(memory, offset, length, queueDepth, messageId);
        if (code != RkeyRspView.OK) {
            events.onPathError(
                    Errno.ECONNRESET, RkeyRspView.describe(code, memory, offset, length, queueDepth, messageId));
            return;
        }
        if (table.carrier(messageId).isCarrying()) {
            table.onNewRkey(messageId, RkeyRspView.rkey(memory, offset));
        }
        answered(connection, immediate, type == Immediates.TYPE_IO_RSP_W_INV);
    }

    private void answered(Connection connection, int immediate, boolean invalidated) {
        int messageId = Immediates.messageId(immediate);
        if (messageId >= queueDepth) {
            events.onStray(
                    "an answer with msg_id = " + messageId + ", must be less than the queue depth " + queueDepth);
            return;
        }
        Carrier carrier = table.carrier(messageId);
        int status = Immediates.status(immediate);
        carrier.request.markAnswered();
        if (carrier.isCarrying() && carrier.isUnacknowledged()) {
            answeredEarly(connection, carrier, status);
            return;
        }
        table.onTaken(carrier, keys.takeBack(connection, carrier, status, invalidated), status);
    }

    /**
     * The answer has overtaken the acknowledgement of what it answers. The adapter may still send the user's memory
     * once more, so the request is over when that is acknowledged: on the loop of the connection that it took.
     */
    private void answeredEarly(Connection connection, Carrier carrier, int status) {
        Connection taken = carrier.connection;
        if (!carrier.request.startSettling(carrier.tag, status)) {
            events.onStray("a second answer with msg_id = " + carrier.id());
        } else if (taken != null && taken != connection) {
            // A server may answer on any connection. The acknowledgement may have come meanwhile: its loop has to look.
            carrier.answeredElsewhere = true;
            taken.call();
        }
    }

    /** Answers to writes that were sent here have come elsewhere. Another request may have its permit by now. */
    @Override
    public void onCalled(Connection connection) {
        for (int id = 0; id < queueDepth; id++) {
            Carrier carrier = table.carrier(id);
            if (carrier.answeredElsewhere && carrier.connection == connection) {
                carrier.answeredElsewhere = false;
                if (!carrier.isUnacknowledged()) {
                    onSettled(carrier, carrier.request.takeSettledWrite(carrier.tag));
                }
            }
        }
    }

    private void onAcknowledged(int permitId) {
        Carrier carrier = table.carrier(permitId);
        carrier.onAcknowledged();
        onSettled(carrier);
    }

    /** What an answered request has waited for is done; or there is no answer yet. */
    private void onSettled(Carrier carrier) {
        onSettled(carrier, carrier.request.takeSettled(carrier.tag));
    }

    private void onSettled(Carrier carrier, Request.Taken taken) {
        if (taken != Request.Taken.STRAY) {
            table.onTaken(carrier, taken, carrier.request.status());
        }
    }

    @Override
    public void onFailure(Connection connection, String reason, int errno) {
        events.onConnectionFailed(connection, reason + " failed with " + Errno.describe(errno));
    }

    @Override
    public void onDrained(Connection connection) {
        events.onDrained(connection);
    }

    @Override
    public void onEnded(Connection connection) {
        events.onLoopEnded(connection);
    }
}
