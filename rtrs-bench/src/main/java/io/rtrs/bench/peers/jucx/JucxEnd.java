package io.rtrs.bench.peers.jucx;

import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.stream.SpinningEnd;
import io.rtrs.bench.peers.work.Memory;
import io.rtrs.bench.peers.work.Shape;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.UcxCallback;
import org.openucx.jucx.ucp.UcpConnectionRequest;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpEndpointParams;
import org.openucx.jucx.ucp.UcpListener;
import org.openucx.jucx.ucp.UcpListenerParams;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;

/**
 * A worker that is asked again and again, with an endpoint to the other process, messages to send and messages that wait to
 * be received into.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> what jucx allocates for each message.
 */
public final class JucxEnd implements SpinningEnd {
    private static final int MESSAGES = 2 * Shape.DEPTH_MAX;
    private static final int MESSAGE_BYTES = BlockHeader.BYTES + Shape.BLOCK_MAX;
    private static final long STRIDE = (MESSAGE_BYTES + 4095L) & -4096L;
    private static final long TAG = 1;
    private static final long CLOSE_NS = 5_000_000_000L;

    private final UcpContext context;
    private final UcpWorker worker;
    private final long sending =
            Arena.global().allocate(MESSAGES * STRIDE, 4096).address();
    private final long receiving =
            Arena.global().allocate(MESSAGES * STRIDE, 4096).address();
    private final Sent[] sent = new Sent[MESSAGES];
    private final Received[] received = new Received[MESSAGES];

    /** Messages that are free to be sent, a stack. */
    private final int[] free = new int[MESSAGES];

    private int freeCount;

    /** Messages that have arrived and were not read, a ring. */
    private final int[] arrived = new int[MESSAGES];

    private int arrivedFirst;
    private int arrivedCount;

    private @Nullable UcpListener listener;
    private @Nullable UcpConnectionRequest asked;
    private @Nullable UcpEndpoint endpoint;
    private @Nullable FrameReader reader;
    private @Nullable String failure;

    private JucxEnd() {
        context = new UcpContext(
                new UcpParams().requestTagFeature().setConfig("TLS", "tcp").setConfig("NET_DEVICES", "lo"));
        worker = new UcpWorker(context, new UcpWorkerParams());
    }

    /** Listens. */
    public static JucxEnd server(InetSocketAddress address) {
        JucxEnd end = new JucxEnd();
        end.listener = end.worker.newListener(
                new UcpListenerParams().setSockAddr(address).setConnectionHandler(request -> end.asked = request));
        return end.start();
    }

    static JucxEnd client(InetSocketAddress server) {
        JucxEnd end = new JucxEnd();
        end.endpoint = end.worker.newEndpoint(end.parameters().setSocketAddress(server));
        return end.start();
    }

    /** Without a handler of its own, jucx throws in whatever is called next when the peer leaves. */
    private UcpEndpointParams parameters() {
        return new UcpEndpointParams()
                .setPeerErrorHandlingMode()
                .setErrorHandler((broken, status, text) -> failure = text);
    }

    /** Why there is no peer any more, if so. */
    @Nullable
    String failure() {
        return failure;
    }

    private JucxEnd start() {
        for (int i = 0; i < MESSAGES; i++) {
            sent[i] = new Sent(i);
            received[i] = new Received(i);
            free[freeCount++] = i;
            receive(i);
        }
        return this;
    }

    /** Who takes what arrives. */
    @Override
    public void reader(FrameReader next) {
        reader = next;
    }

    /** One turn of everything; whether there was something to do. */
    @Override
    public boolean turn() {
        boolean worked = progress();
        UcpConnectionRequest request = asked;
        if (request != null) {
            asked = null;
            endpoint = worker.newEndpoint(parameters().setConnectionRequest(request));
        }
        FrameReader frames = reader;
        while (frames != null && arrivedCount > 0) {
            int message = arrived[arrivedFirst];
            arrivedFirst = (arrivedFirst + 1) % MESSAGES;
            arrivedCount--;
            frames.feed(receiving + message * STRIDE, received[message].length);
            receive(message);
            worked = true;
        }
        return worked;
    }

    private boolean progress() {
        try {
            return worker.progress() > 0;
        } catch (Exception e) {
            throw new IllegalStateException("progress", e);
        }
    }

    private void receive(int message) {
        Received into = received[message];
        into.request = worker.recvTaggedNonBlocking(receiving + message * STRIDE, MESSAGE_BYTES, TAG, -1L, into);
    }

    @Override
    public void send(long header, int headerBytes, long body, int bodyBytes) {
        UcpEndpoint to = endpoint;
        if (to == null) {
            throw new IllegalStateException("not connected");
        }
        while (freeCount == 0) {
            progress();
            if (failure != null) {
                return; // nobody waits for it any more
            }
        }
        int message = free[--freeCount];
        long at = sending + message * STRIDE;
        Memory.copy(header, at, headerBytes);
        Memory.copy(body, at + headerBytes, bodyBytes);
        to.sendTaggedNonBlocking(at, headerBytes + bodyBytes, TAG, sent[message]);
    }

    /** Flushes nothing: whoever closes has all its answers, or no peer. */
    @Override
    public void close() {
        reader = null;
        for (Received into : received) {
            UcpRequest waiting = into.request;
            if (waiting != null && !waiting.isCompleted()) {
                worker.cancelRequest(waiting);
            }
        }
        if (endpoint != null) {
            UcpRequest closing = endpoint.closeNonBlockingForce();
            long deadline = System.nanoTime() + CLOSE_NS;
            while (!closing.isCompleted() && System.nanoTime() < deadline) {
                progress();
            }
        }
        if (listener != null) {
            listener.close();
        }
        worker.close();
        context.close();
    }

    /** Called within {@code progress} or the send itself. */
    private final class Sent extends UcxCallback {
        private final int message;

        Sent(int message) {
            this.message = message;
        }

        @Override
        public void onSuccess(UcpRequest request) {
            free[freeCount++] = message;
        }

        @Override
        public void onError(int status, String text) {
            free[freeCount++] = message; // the peer is gone: it misses nothing any more
        }
    }

    /** Called within {@code progress} or the receive itself. */
    private final class Received extends UcxCallback {
        private final int message;
        private int length;
        private @Nullable UcpRequest request;

        Received(int message) {
            this.message = message;
        }

        @Override
        public void onSuccess(UcpRequest request) {
            length = (int) request.getRecvSize();
            arrived[(arrivedFirst + arrivedCount++) % MESSAGES] = message;
        }

        @Override
        public void onError(int status, String text) {
            // Cancelled: nothing came for it.
        }
    }
}
