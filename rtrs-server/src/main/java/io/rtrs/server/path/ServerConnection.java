package io.rtrs.server.path;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.stats.Lane;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.request.RequestIntake;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WcStatus;
import io.rtrs.verbs.WrOpcode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One connection of a path: sorts its completions.
 *
 * <p><b>Threading:</b> completions on the connection's loop; everything else on the control thread.
 */
final class ServerConnection implements CompletionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private final Path path;
    private final PathHost host;
    private final Connection connection;
    private final Lane handedOver = new Lane();
    private final RequestIntake intake;
    private final CompletionLoop loop;

    /** Written by the control thread. */
    private volatile boolean served;

    /** The control thread's. */
    private boolean ended;

    ServerConnection(Path path, PathHost host, Connection connection, CompletionLoop loop) {
        this.path = path;
        this.host = host;
        this.connection = connection;
        this.loop = loop;
        this.intake = new RequestIntake(
                connection, path, host.handler(), path.operations(), path.memory(), path.fence(), handedOver);
    }

    int cid() {
        return connection.cid();
    }

    RdmaCmId id() {
        return connection.id();
    }

    Connection connection() {
        return connection;
    }

    /** What it has handed over. */
    Lane handedOver() {
        return handedOver;
    }

    RequestIntake intake() {
        return intake;
    }

    /** Posts the receive of INFO_REQ and listens for it; con 0 only. */
    void awaitInfo() throws IOException {
        startLoop();
        connection.postFirstReceive(
                path.memory().info(), (int) path.memory().info().segment().byteSize());
    }

    /** Posts the receives of the steady state and starts to look at them; not con 0, which does so itself. */
    void serve() throws IOException {
        startLoop();
        postReceives();
    }

    private void startLoop() {
        loop.start(connection, this);
        served = true;
    }

    private void postReceives() throws IOException {
        connection.startReceives(connection.sizes().recvWr(), MemorySegment.NULL, 0, 0);
    }

    @Override
    public void onCompletion(Connection source, IbvWC completion) {
        long workId = completion.getWr_id();
        if (completion.getStatus() != Connection.SUCCESS) {
            onFailed(workId, completion);
            return;
        }
        switch (WorkId.kind(workId)) {
            case WorkId.RECEIVE -> onReceive(completion);
            case WorkId.REVOKE -> intake.onRevoked(WorkId.slot(workId));
            case WorkId.ANSWER, WorkId.HEARTBEAT -> {
                path.pulse().onRoom(cid()); // first: requests that wait may take all the room, again and again
                intake.onCredits();
            }
            case WorkId.BIND -> host.execute(path::onGranted);
            case WorkId.INFO_RECEIVE -> onInfo(completion);
            default -> {}
        }
    }

    private void onReceive(IbvWC completion) {
        if (completion.getOpcode() != WrOpcode.WC_RECV_RDMA_WITH_IMM) {
            violation("a SEND of " + completion.getByte_len() + " bytes arrived; only INFO_REQ may be one");
            return;
        }
        int immediate = Imm.fromRaw(completion.getImm_data());
        switch (Immediates.type(immediate)) {
            case Immediates.TYPE_IO_REQ -> intake.onRequest(immediate);
            case Immediates.TYPE_HB_MSG -> path.pulse().acknowledge();
            case Immediates.TYPE_HB_ACK -> path.pulse().onAcknowledged();
            default ->
                violation("immediate.type = " + Immediates.type(immediate) + " in 0x" + Integer.toHexString(immediate)
                        + ", must be 0, 8 or 9");
        }
    }

    private void onInfo(IbvWC completion) {
        if (completion.getOpcode() != WrOpcode.WC_RECV) {
            violation("the first message is not a SEND of INFO_REQ, its opcode is " + completion.getOpcode());
            return;
        }
        MemorySegment memory = path.memory().info().segment();
        byte[] message = memory.asSlice(0, Math.min(completion.getByte_len(), memory.byteSize()))
                .toArray(ValueLayout.JAVA_BYTE);
        try {
            postReceives();
        } catch (IOException | OutOfMemoryError e) {
            path.fail(Errno.ENOMEM, "con " + cid() + ": " + e.getMessage());
            return;
        }
        host.execute(() -> path.onInfo(message));
    }

    /**
     * Flushes follow a failure or a disconnect that is reported otherwise, except where something waits for the result, and
     * except where the queue pair went to error without our doing: a client that violates a key does that.
     */
    private void onFailed(long workId, IbvWC completion) {
        int kind = WorkId.kind(workId);
        boolean awaited = kind == WorkId.REVOKE || kind == WorkId.BIND || kind == WorkId.INFO_RECEIVE;
        if (completion.getStatus() == Connection.FLUSHED && !awaited) {
            if (!connection.draining()) {
                host.execute(() -> path.close("con " + cid() + " is in error, its work requests were flushed"));
            }
            return;
        }
        int errno = WcStatus.errno(completion.getStatus());
        String reason = "con " + cid() + ", " + WorkText.of(workId) + ": "
                + connection.describe(completion.getStatus(), "the client");
        boolean received = kind == WorkId.RECEIVE || kind == WorkId.INFO_RECEIVE;
        if (received && completion.getStatus() != Connection.FLUSHED) {
            path.refuse(errno, reason);
        } else {
            path.fail(errno, reason);
        }
    }

    private void violation(String what) {
        path.fail(Errno.EPROTO, "con " + cid() + ": " + what);
    }

    @Override
    public void onFailure(Connection source, String reason, int errno) {
        path.fail(errno, reason + ": " + Errno.describe(errno));
        stop(); // nothing it reports can be trusted any more
    }

    @Override
    public void onCalled(Connection source) {
        intake.onCalled();
    }

    @Override
    public void onDrained(Connection source) {
        stop();
    }

    @Override
    public void onEnded(Connection source) {
        host.execute(() -> {
            ended = true;
            path.fail(Errno.EIO, "the loop of con " + cid() + " has ended");
            path.advance();
        });
    }

    /** Sends the DREQ, or the DREP if the client's DREQ has come. */
    void disconnect() {
        try {
            connection.device().cm().disconnect(id());
        } catch (IOException e) {
            LOG.debug("{}: disconnecting con {}: {}", path, cid(), e.getMessage());
        }
    }

    /** Starts to drain; without a loop nothing was posted, and destroying the queue pair is what stops it. */
    void drain() {
        if (served) {
            loop.drain(connection);
        }
    }

    /** Has the loop let go of the connection soon, drained or not. Any thread. */
    void stop() {
        if (served) {
            loop.stop(connection);
        }
    }

    /**
     * The loop is stuck, and so cannot move the queue pair to error. Done here, the adapter touches no memory any more; what
     * the loop uses stays until it goes on. One that cannot be stopped keeps no other from it.
     */
    void abandon() {
        try {
            connection.device().verbs().modifyToError(connection.qp());
        } catch (Throwable e) {
            UserCode.failed(LOG, path + ": stopping con " + cid(), e);
        }
    }

    /** Whether the loop has let go of the connection, and uses nothing of it any more; or never served it. */
    boolean ended() {
        return !served || ended;
    }
}
