package io.rtrs.core.driver;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.memory.Slab;
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
    private static final int LISTEN_PORT = 18515;

    final VerbsProvider provider = VerbsProviders.named("inprocess");
    final End active = new End();
    final End passive = new End();
    private final CountDownLatch established = new CountDownLatch(2);
    private final ControlLoop control;
    private final RdmaCmId listener;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    Pair(int port) throws Exception {
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

    ControlLoop control() {
        return control;
    }

    /** Whether the control loop or the connecting has failed. */
    boolean failed() {
        return failure.isDone();
    }

    /** One end: what it saw. */
    static final class End implements CompletionHandler {
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

        Connection connection() {
            return java.util.Objects.requireNonNull(connection);
        }

        private void prepare(VerbsProvider provider, RdmaCmId id) throws IOException {
            Device opened = Device.open(provider, id.getVerbs());
            device = opened;
            ConnectionSizes sizes = ConnectionSizes.service(opened.attributes());
            Connection made = Connection.create(opened, id, 0, sizes, 0);
            Slab slab = Slab.allocate(opened.verbs(), opened.pd(), SLOTS * 8L, Slab.LOCAL);
            receives = slab;
            made.startReceives(SLOTS, slab.segment(), 8, slab.lkey());
            connection = made;
        }

        private void close() throws IOException {
            Connection c = connection();
            c.close();
            c.device().cm().destroyCmId(c.id());
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
