package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.core.error.Errno;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.CompletionChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Arrays;

/**
 * A completion queue to which connections of one path report; a completion finds its connection by the number of the queue
 * pair.
 *
 * <p>What a poll brought is handled first, and then what the handlers posted leaves with one bell, whichever connections it is
 * for.
 *
 * <p><b>Threading:</b> {@link #poll} and {@link #arm} belong to the loop; the rest to the control thread of the path, but for
 * what says otherwise. <b>Ownership:</b> the path's; closed after its connections. The channel is the loop's. <b>Allocation:</b>
 * none in poll and arm, while no connection comes or goes.
 */
public final class ConnectionQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionQueue.class);

    private final Device device;
    private final CompletionChannel channel;
    private final IbvCQ cq;
    private final SVCPollCq pollCall;
    private final SVCReqNotify notifyCall;
    private final IbvWC[] completions = new IbvWC[ConnectionSizes.BATCH];
    private final int room;
    private boolean closed;

    private volatile QueuePairTable table = QueuePairTable.EMPTY;

    /** A connection wants to be looked at, though it may have no completion. */
    private volatile boolean attention;

    /** A connection wants to leave. */
    private volatile boolean leavers;

    /** Who handles completions; a thread finds itself here only while it does. */
    private @Nullable Thread polling;

    // The loop's.
    private final Connection[] touched;
    private int touchedCount;
    private Connection[] gone = {};

    private ConnectionQueue(Device device, CompletionChannel channel, IbvCQ cq, int room) throws IOException {
        this.device = device;
        this.channel = channel;
        this.cq = cq;
        this.room = room;
        this.touched = new Connection[room];
        for (int i = 0; i < completions.length; i++) {
            completions[i] = new IbvWC();
        }
        this.pollCall = device.verbs().pollCQ(cq, completions, completions.length);
        this.notifyCall = device.verbs().reqNotifyCQ(cq, false);
    }

    /**
     * Makes a queue that reports to a loop's channel.
     *
     * @param sizes of each connection
     * @param connections how many are to report here; if the device has no queue that is long enough for so many, for as many
     *     as it has
     * @param completionVector which of the device's vectors reports
     */
    public static ConnectionQueue create(
            Device device, CompletionChannel channel, ConnectionSizes sizes, int connections, int completionVector)
            throws IOException {
        int most = Math.max(1, device.attributes().maxCqe() / sizes.cqe());
        int room = Math.clamp(connections, 1, most);
        IbvCQ cq = device.verbs().createCQ(device.context(), channel, room * sizes.cqe(), completionVector);
        try {
            return new ConnectionQueue(device, channel, cq, room);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            device.verbs().destroyCQ(cq);
            throw e;
        }
    }

    /** How many connections it is long enough for. */
    public int room() {
        return room;
    }

    IbvCQ cq() {
        return cq;
    }

    /** Whether no connection is served. */
    public boolean isEmpty() {
        return table.members().length == 0;
    }

    /** From now on completions of the connection go to its handler; before anything is posted. */
    void add(Connection connection) {
        synchronized (this) {
            table = table.with(connection);
        }
        attend();
    }

    /** A connection is to be looked at soon. Any thread. */
    void attend() {
        attention = true;
        channel.wakeup();
    }

    /** A connection is to be let go. Any thread. */
    void onLeaving() {
        leavers = true;
        channel.wakeup();
    }

    /** Whether the caller handles completions of this queue. */
    boolean isPolling() {
        return polling == Thread.currentThread();
    }

    /** Called while it handles completions: the connection has something to do when all are handled. */
    void touch(Connection connection) {
        if (!connection.touched) {
            connection.touched = true;
            touched[touchedCount++] = connection;
        }
    }

    /**
     * Polls once and hands up to a batch of completions to the handlers of their connections; re-posts the receives among
     * them.
     *
     * @return how many there were; negative if the queue failed and the handlers were told
     */
    public int poll() {
        int count;
        try {
            pollCall.execute();
            count = pollCall.getPolls();
        } catch (IOException | RuntimeException e) {
            LOG.error("polling a completion queue", e);
            count = -1;
        }
        boolean attends = attention;
        if (count == 0 && !attends) {
            return 0;
        }
        QueuePairTable now = table;
        polling = Thread.currentThread();
        try {
            if (attends) {
                attention = false;
                now = table; // somebody may have come
                attendTo(now);
            }
            handle(now, count);
        } finally {
            post();
            polling = null;
        }
        finish();
        if (count < 0) {
            for (Connection connection : now.members()) {
                fail(connection, "polling the completion queue of con " + connection.cid());
            }
        }
        return count;
    }

    private static void attendTo(QueuePairTable now) {
        for (Connection connection : now.members()) {
            try {
                connection.onAttention();
            } catch (Throwable e) {
                failed(connection, e);
            }
        }
    }

    private void handle(QueuePairTable now, int count) {
        int next = 0;
        while (next < count) {
            Connection connection = null;
            try {
                while (next < count) {
                    IbvWC completion = completions[next++];
                    connection = now.find(completion.getQp_num());
                    if (connection != null && !connection.isOver()) { // else it has left: its queue pair is not drained
                        touch(connection);
                        connection.onCompletion(completion);
                    }
                }
            } catch (Throwable e) {
                if (connection != null) {
                    failed(connection, e);
                }
            }
        }
    }

    /** What completes after that on this connection is not handled: the end of the path calls back what is open. */
    private static void failed(Connection connection, Throwable e) {
        UserCode.failed(LOG, "the loop of con " + connection.cid(), e);
        connection.over();
        fail(connection, "unexpected " + e.getClass().getName());
    }

    private static void fail(Connection connection, String reason) {
        connection.leave();
        try {
            connection.fail(reason, Errno.EIO);
        } catch (Throwable again) {
            UserCode.failed(LOG, "failing con " + connection.cid(), again);
        }
    }

    /** Posts what was gathered so far, in the middle of a batch. */
    void flush() {
        for (int i = 0; i < touchedCount; i++) {
            touched[i].postGathered();
        }
    }

    /** All that was posted meanwhile goes to the device, and then the bell is rung. */
    private void post() {
        for (int i = 0; i < touchedCount; i++) { // listeners may touch others
            Connection connection = touched[i];
            try {
                connection.enqueueGathered();
            } catch (Throwable e) {
                failed(connection, e);
            }
        }
        for (int i = 0; i < touchedCount; i++) {
            Connection connection = touched[i];
            try {
                connection.startGathered();
            } catch (Throwable e) {
                failed(connection, e);
            }
        }
    }

    private void finish() {
        for (int i = 0; i < touchedCount; i++) {
            Connection connection = touched[i];
            connection.touched = false;
            try {
                connection.afterBatch();
            } catch (Throwable e) {
                failed(connection, e);
            }
        }
        touchedCount = 0;
    }

    /**
     * Lets those go that want to leave, or have failed: the queue uses nothing of them any more. The loop's, between polls.
     *
     * @return whether there are any: {@link #tellGone} has to follow
     */
    public boolean release() {
        if (leavers) {
            leavers = false;
            for (Connection connection : table.members()) {
                if (connection.isLeaving()) {
                    letGo(connection);
                }
            }
        }
        return gone.length > 0; // also those that an error has kept from being told
    }

    private void letGo(Connection connection) {
        try {
            Connection[] more = Arrays.copyOf(gone, gone.length + 1);
            more[gone.length] = connection;
            synchronized (this) {
                table = table.without(connection);
            }
            gone = more;
        } catch (OutOfMemoryError e) {
            leavers = true; // the next look tries again
            throw e;
        }
    }

    /** Tells the handlers of those that have left; may be the last use of the queue. */
    public void tellGone() {
        Connection[] all = gone;
        gone = new Connection[0];
        for (Connection connection : all) {
            try {
                connection.ended();
            } catch (Throwable e) {
                UserCode.failed(LOG, "the end of con " + connection.cid(), e);
            }
        }
    }

    /**
     * Arms the completion channel; poll once more after it, before waiting. If that fails, its connections fail, and leave: they
     * would never be heard of again.
     */
    public void arm() {
        try {
            notifyCall.execute();
        } catch (IOException | RuntimeException | Error e) {
            UserCode.failed(LOG, "arming a completion queue", e);
            failAll(e);
        }
    }

    /** The loop can no longer wait for completions: its connections fail, and leave. */
    public void failAll(Throwable cause) {
        // The text of another class may be the application's, and throw again.
        String why = cause instanceof IOException
                ? cause.toString()
                : cause.getClass().getName();
        for (Connection connection : table.members()) {
            if (!connection.isLeaving()) {
                fail(connection, "waiting for completions of con " + connection.cid() + ": " + why);
            }
        }
    }

    /** Destroys the queue; its connections are closed. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            pollCall.free();
            notifyCall.free();
            device.verbs().destroyCQ(cq);
        }
    }
}
