package io.rtrs.disni.agent.program;

import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.RdmaServerEndpoint;
import com.ibm.disni.verbs.IbvSendWR;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The client learns where the server's text is, and reads it. Knows nothing but DiSNI; ends by itself. */
public final class ReadProgram {
    private static final String TEXT = "what the server has written";
    private static final int AT = 1024;

    private ReadProgram() {}

    /** Runs it at an address of this machine. */
    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(args[0]), 7471);
        RdmaActiveEndpointGroup<Peer> servers = group();
        RdmaActiveEndpointGroup<Peer> clients = group();
        RdmaServerEndpoint<Peer> listener = servers.createServerEndpoint();
        listener.bind(address, 10);
        CompletableFuture<Peer> accepting = CompletableFuture.supplyAsync(() -> accept(listener));
        Peer client = clients.createEndpoint();
        client.connect(address, 1000);
        Peer server = accepting.get();

        server.memory.put(AT, TEXT.getBytes(StandardCharsets.UTF_8));
        server.memory.putLong(512, server.region.getAddr() + AT).putInt(520, server.region.getRkey());
        server.execute(IbvSendWR.IBV_WR_SEND, 512, 12, 0, 0);
        client.await();
        int length = TEXT.length();
        client.execute(IbvSendWR.IBV_WR_RDMA_READ, 128, length, client.memory.getLong(0), client.memory.getInt(8));
        byte[] read = new byte[length];
        client.memory.get(128, read);
        System.out.println("read: " + new String(read, StandardCharsets.UTF_8));

        client.close();
        client.free();
        clients.close();
        server.close();
        server.free();
        listener.close();
        servers.close();
        System.out.println("closed");
    }

    static RdmaActiveEndpointGroup<Peer> group() throws Exception {
        RdmaActiveEndpointGroup<Peer> group = new RdmaActiveEndpointGroup<>(100, false, 16, 1, 32);
        group.init((id, serverSide) -> new Peer(group, id, serverSide));
        return group;
    }

    static Peer accept(RdmaServerEndpoint<Peer> listener) {
        try {
            return listener.accept();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
