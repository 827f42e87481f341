package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.Imm;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A server that listens at an address, a client that says nothing of its own, and the connection between them. */
final class TwoNodes implements AutoCloseable {
    final Node server;
    final Node client;
    final RdmaCmId listener;
    final Node.End active;
    final Node.End passive;

    /** More connections of theirs. */
    final List<Node.End> more = new ArrayList<>();

    TwoNodes(InetAddress address) throws IOException {
        this(address, new Node(), new Node());
    }

    TwoNodes(InetAddress address, Node server, Node client) throws IOException {
        this.server = server;
        this.client = client;
        listener = server.listen(address);
        active = client.dial(null, server.addressOf(listener));
        passive = accept();
    }

    private Node.End accept() throws IOException {
        Node.End accepted = server.accept();
        client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        server.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        return accepted;
    }

    /** One more connection: both of its ends are the last of {@link #more}, the client's first. */
    void connect() throws IOException {
        more.add(client.dial(null, server.addressOf(listener)));
        more.add(accept());
    }

    /** The client's number arrives, and completes at both ends. */
    void send(int number) throws IOException {
        send(active, passive, number);
    }

    /** It arrives from one end at another. */
    static void send(Node.End active, Node.End passive, int number) throws IOException {
        passive.receive();
        active.send(number);
        assertThat(Imm.fromRaw(passive.next().getImm_data())).isEqualTo(number);
        assertThat(active.next().getStatus()).isZero();
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < more.size(); i += 2) {
            more.get(i).close();
            server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            more.get(i + 1).close();
        }
        active.close();
        server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
        passive.close();
        server.cm.destroyCmId(listener);
        server.close();
        client.close();
    }
}
