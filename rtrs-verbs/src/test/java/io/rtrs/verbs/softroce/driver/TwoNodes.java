package io.rtrs.verbs.softroce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.Imm;

import java.io.IOException;
import java.net.InetAddress;

/** A server that listens at an address, a client that says nothing of its own, and the connection between them. */
final class TwoNodes implements AutoCloseable {
    final Node server = new Node();
    final Node client = new Node();
    final RdmaCmId listener;
    final Node.End active;
    final Node.End passive;

    TwoNodes(InetAddress address) throws IOException {
        listener = server.listen(address);
        active = client.dial(null, server.addressOf(listener));
        passive = server.accept();
        client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        server.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
    }

    /** The client's number arrives, and completes at both ends. */
    void send(int number) throws IOException {
        passive.receive();
        active.send(number);
        assertThat(Imm.fromRaw(passive.next().getImm_data())).isEqualTo(number);
        assertThat(active.next().getStatus()).isZero();
    }

    @Override
    public void close() throws IOException {
        active.close();
        server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
        passive.close();
        server.cm.destroyCmId(listener);
        server.close();
        client.close();
    }
}
