package io.rtrs.disni.agent.program;

import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.RdmaServerEndpoint;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that closes each of three endpoints when it hears that the client has gone, as storage servers do. */
public final class ClosingProgram {
    private static final int CLIENTS = 3;

    private ClosingProgram() {}

    /** Runs it at an address of this machine. */
    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(args[0]), 7472);
        CountDownLatch closed = new CountDownLatch(CLIENTS);
        RdmaActiveEndpointGroup<Peer> servers = new RdmaActiveEndpointGroup<>(100, false, 16, 1, 32);
        servers.init((id, serverSide) -> new Closing(servers, id, serverSide, closed));
        RdmaServerEndpoint<Peer> listener = servers.createServerEndpoint();
        listener.bind(address, 10);
        Thread accepting = new Thread(() -> {
            for (int i = 0; i < CLIENTS; i++) {
                ReadProgram.accept(listener);
            }
        });
        accepting.start();
        RdmaActiveEndpointGroup<Peer> clients = ReadProgram.group();
        for (int i = 0; i < CLIENTS; i++) {
            Peer client = clients.createEndpoint();
            client.connect(address, 1000);
            client.close();
            client.free();
        }
        accepting.join();
        System.out.println("closed by their events: " + closed.await(60, TimeUnit.SECONDS));
        clients.close();
        listener.close();
        servers.close();
        System.out.println("closed");
    }

    private static final class Closing extends Peer {
        private final CountDownLatch closed;

        Closing(RdmaActiveEndpointGroup<Peer> group, RdmaCmId id, boolean serverSide, CountDownLatch closed)
                throws IOException {
            super(group, id, serverSide);
            this.closed = closed;
        }

        @Override
        @SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals
        public synchronized void dispatchCmEvent(RdmaCmEvent event) throws IOException {
            super.dispatchCmEvent(event);
            if (event.getEvent() != RdmaCmEvent.EventType.RDMA_CM_EVENT_DISCONNECTED.ordinal()) {
                return;
            }
            try {
                close();
                free();
                closed.countDown();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
