package io.rtrs.core.driver;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Two connections of this process to each other, each with its handler, receives posted, not yet polled by anybody. */
final class Pair implements AutoCloseable, ControlHandler {
    static final int SLOTS = 256;

    /** Of threads that were not given another. */
    static final String NAME = "pair-loop";

    private static final int LISTEN_PORT = 18515;

    final VerbsProvider provider = VerbsProviders.named("inprocess");
    final End active;
    final End passive;
    private final CountDownLatch established = new CountDownLatch(2);
    private final ControlLoop control;
    private final RdmaCmId listener;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** Each end has a loop of its own. */
    Pair(int port, WaitStrategy strategy) throws Exception {
        this(
                port,
                CompletionLoop.threaded(strategy, System::nanoTime, NAME),
                CompletionLoop.threaded(strategy, System::nanoTime, NAME));
    }

    Pair(int port, CompletionLoop activeLoop, CompletionLoop passiveLoop) throws Exception {
        this(port, activeLoop, passiveLoop, null);
    }

    private Pair(
            int port, CompletionLoop activeLoop, CompletionLoop passiveLoop, @Nullable ConnectionQueue passiveQueue)
            throws Exception {
        active = new End(activeLoop);
        passive = new End(passiveLoop);
        passive.queue = passiveQueue;
        control = ControlLoop.start(provider, this, Ambient.real(), "pair-control");
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", LISTEN_PORT + port);
        listener = provider.cm().createId(control.channel(), com.ibm.disni.verbs.RdmaCm.RDMA_PS_TCP);
        provider.cm().bindAddr(listener, address);
        provider.cm().listen(listener, 8);
        RdmaCmId id = provider.cm().createId(control.channel(), com.ibm.disni.verbs.RdmaCm.RDMA_PS_TCP);
        provider.cm().resolveAddr(id, null, address, 1000);
        if (!established.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not connected: " + failure);
        }
    }

    /** Its passive end reports to the other pair's completion queue. */
    Pair(int port, Pair other) throws Exception {
        this(port, other.active.loop, other.passive.loop, other.passive.queue);
    }

    ControlLoop control() {
        return control;
    }

    /** Whether the control loop or the connecting has failed. */
    boolean failed() {
        return failure.isDone();
    }

    /** One end: what it saw. */
    static final class End implements CompletionHandler {
        final CompletionLoop loop;

        /** Another end's, if it is to be shared. */
        @Nullable
        ConnectionQueue queue;

        private boolean ownsQueue;

        @Nullable
        Connection connection;

        @Nullable
        Device device;

        @Nullable
        Slab receives;

        final List<Integer> immediates = new CopyOnWriteArrayList<>();
        final List<String> failures = new CopyOnWriteArrayList<>();
        final AtomicInteger received = new AtomicInteger();
        final AtomicInteger flushed = new AtomicInteger();
        final CountDownLatch drained = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);

        End(CompletionLoop loop) {
            this.loop = loop;
        }

        /** Has the loop serve it with this handler. */
        CompletionLoop start(CompletionHandler handler) {
            loop.start(connection(), handler);
            return loop;
        }

        @Override
        public void onCompletion(Connection c, IbvWC completion) {
            if (completion.getStatus() == Connection.FLUSHED) {
                flushed.incrementAndGet();
            } else if (completion.getStatus() != Connection.SUCCESS) {
                failures.add("status " + completion.getStatus());
            } else if (WorkId.kind(completion.getWr_id()) == WorkId.RECEIVE) {
                int count = received.incrementAndGet();
                if (count <= 1000) {
                    immediates.add(Imm.fromRaw(completion.getImm_data()));
                }
            }
        }

        @Override
        public void onFailure(Connection c, String reason, int errno) {
            failures.add(reason + " errno " + errno);
        }

        @Override
        public void onDrained(Connection c) {
            drained.countDown();
        }

        @Override
        public void onEnded(Connection c) {
            ended.countDown();
        }

        Connection connection() {
            return java.util.Objects.requireNonNull(connection);
        }

        private void prepare(VerbsProvider provider, RdmaCmId id) throws IOException {
            Device opened = Device.open(provider, id.getVerbs());
            device = opened;
            ConnectionSizes sizes = ConnectionSizes.service(opened.attributes());
            ConnectionQueue shared = queue;
            if (shared == null) {
                shared = loop.queue(opened, sizes, 2, 0);
                queue = shared;
                ownsQueue = true;
            }
            Connection made = Connection.create(opened, id, 0, sizes, shared);
            Slab slab = Slab.allocate(opened.verbs(), opened.pd(), SLOTS * 8L, Slab.LOCAL);
            receives = slab;
            made.startReceives(SLOTS, slab.segment(), 8, slab.lkey());
            connection = made;
        }

        private void close() throws IOException {
            Connection c = connection();
            c.close();
            c.device().cm().destroyCmId(c.id());
            if (ownsQueue) {
                java.util.Objects.requireNonNull(queue).close();
                loop.close();
            }
            java.util.Objects.requireNonNull(receives).close();
            c.device().close();
        }
    }

    @Override
    public void onCmEvent(CmEvent event, long nowNs) {
        try {
            RdmaCmId id = event.getConnIdPriv();
            EventType type = event.type();
            switch (type) {
                case RDMA_CM_EVENT_ADDR_RESOLVED -> {
                    active.prepare(provider, id);
                    provider.cm().resolveRoute(id, 1000);
                }
                case RDMA_CM_EVENT_ROUTE_RESOLVED -> provider.cm().connect(id, param());
                case RDMA_CM_EVENT_CONNECT_REQUEST -> {
                    passive.prepare(provider, id);
                    provider.cm().accept(id, param());
                }
                case RDMA_CM_EVENT_ESTABLISHED -> established.countDown();
                default -> {}
            }
        } catch (IOException | RuntimeException e) {
            failure.completeExceptionally(e);
        }
    }

    private static ConnParam param() throws IOException {
        ConnParam param = new ConnParam();
        param.setRetry_count((byte) 7);
        param.setRnr_retry_count((byte) 7);
        return param;
    }

    @Override
    public void onTick(long nowNs) {}

    @Override
    public void onLoopFailed(IOException why) {
        failure.completeExceptionally(why);
    }

    @Override
    public long nextDeadlineNs() {
        return NO_DEADLINE;
    }

    @Override
    public void close() throws IOException {
        active.close();
        passive.close();
        provider.cm().destroyCmId(listener);
        control.close();
    }
}
