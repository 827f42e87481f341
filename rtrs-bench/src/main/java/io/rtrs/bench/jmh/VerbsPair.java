package io.rtrs.bench.jmh;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.memory.Slab;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Two bare connections of this process to each other, polled by their user: the verbs under RTRS without RTRS. */
final class VerbsPair implements AutoCloseable {
    private static final int WAIT_MS = 5000;

    private final VerbsProvider provider;
    private final RdmaEventChannel channel;
    private final RdmaCmId listener;
    final End client;
    final End server;

    VerbsPair(VerbsProvider provider, InetSocketAddress address, int queueDepth) throws IOException {
        this.provider = provider;
        channel = provider.cm().createEventChannel();
        listener = provider.cm().createId(channel, RdmaCm.RDMA_PS_TCP);
        provider.cm().bindAddr(listener, address);
        provider.cm().listen(listener, 1);
        RdmaCmId id = provider.cm().createId(channel, RdmaCm.RDMA_PS_TCP);
        provider.cm().resolveAddr(id, null, address, WAIT_MS);
        next();
        client = new End(id, queueDepth);
        provider.cm().resolveRoute(id, WAIT_MS);
        next();
        provider.cm().connect(id, param());
        server = new End(next().getConnIdPriv(), queueDepth);
        provider.cm().accept(server.connection.id(), param());
        next();
        next();
    }

    private CmEvent next() throws IOException {
        CmEvent event = (CmEvent) provider.cm().getCmEvent(channel, WAIT_MS);
        if (event == null || event.getStatus() != 0) {
            throw new IOException("no connection: " + (event == null ? "no event" : event.type()));
        }
        provider.cm().ackCmEvent(event);
        return event;
    }

    private static ConnParam param() throws IOException {
        ConnParam param = new ConnParam();
        param.setRetry_count((byte) 7);
        param.setRnr_retry_count((byte) 7);
        return param;
    }

    /** One end; counts what it received and what of its own was reported. */
    final class End implements CompletionHandler {
        final Device device;
        final Connection connection;
        private final CompletionLoop loop = CompletionLoop.invoked("verbs-pair");
        private final ConnectionQueue queue;
        private @Nullable String failure;
        final Slab memory;
        private final Slab receives;
        long received;
        long reported;

        End(RdmaCmId id, int queueDepth) throws IOException {
            device = Device.open(provider, id.getVerbs());
            ConnectionSizes sizes = ConnectionSizes.serverIo(queueDepth, true, device.attributes());
            ConnectionSizes both =
                    new ConnectionSizes(sizes.sendWr(), sizes.recvWr(), 2, sizes.chainWr(), sizes.interval());
            queue = loop.queue(device, both, 1, 0);
            connection = Connection.create(device, id, 1, both, queue);
            loop.start(connection, this);
            memory = Slab.allocate(device.verbs(), device.pd(), 1 << 20, Slab.REMOTE_WRITE | Slab.WINDOWS);
            receives = Slab.allocate(device.verbs(), device.pd(), sizes.recvWr() * 8L, Slab.LOCAL);
            connection.startReceives(sizes.recvWr(), receives.segment(), 8, receives.lkey());
        }

        /** Polls until {@code count} more receives have come. */
        void awaitReceives(long count) {
            long target = received + count;
            while (received < target) {
                poll();
            }
        }

        /** Polls until {@code count} more of the sends were reported. */
        void awaitReports(long count) {
            long target = reported + count;
            while (reported < target) {
                poll();
            }
        }

        private void poll() {
            queue.poll();
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        }

        @Override
        public void onCompletion(Connection completed, IbvWC completion) {
            if (completion.getStatus() != Connection.SUCCESS) {
                throw new IllegalStateException("completion with status " + completion.getStatus());
            }
            if (completion.getOpcode() >= io.rtrs.verbs.WrOpcode.WC_RECV) {
                received++;
            } else {
                reported++;
            }
        }

        @Override
        public void onFailure(Connection failed, String reason, int errno) {
            failure = reason + ", errno " + errno;
        }

        @Override
        public void onDrained(Connection drained) {}

        void close() throws IOException {
            connection.close();
            queue.close();
            loop.close();
            provider.cm().destroyCmId(connection.id());
            receives.close();
            memory.close();
            device.close();
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        provider.cm().destroyCmId(listener);
        provider.cm().destroyEventChannel(channel);
    }
}
