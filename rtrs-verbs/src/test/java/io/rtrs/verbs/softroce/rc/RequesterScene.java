package io.rtrs.verbs.softroce.rc;

import static io.rtrs.verbs.softroce.rc.Connection.SIGNALED;

import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.softroce.rc.QpAttributes.Patience;
import io.rtrs.verbs.softroce.wire.Aeth;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;

/** A has sent requests; answers are made by hand. */
abstract class RequesterScene {
    static final int QPN = 0x15;
    static final int MTU = 256;

    Connection c = connection(new Connection.Setup());
    End a = c.a;

    static Connection connection(Connection.Setup setup) {
        try {
            return setup.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() {
        use(new Connection.Setup());
    }

    void use(Connection.Setup setup) {
        c = connection(setup);
        c.network = (fromA, packet, delivery) -> {};
        a = c.a;
    }

    void withPatience(Patience patience) {
        Connection.Setup setup = new Connection.Setup();
        setup.patience = patience;
        use(setup);
    }

    String[] said() {
        a.drain(c.nowNs);
        String[] lines = c.trace.stream().map(line -> line.substring(2)).toArray(String[]::new);
        c.trace.clear();
        return lines;
    }

    void answer(byte[] packet) {
        c.deliver(a, packet);
        a.drain(c.nowNs);
    }

    void ack(int psn, int syndrome) {
        answer(Packets.ack(QPN, psn, syndrome));
    }

    void ack(int psn) {
        ack(psn, Aeth.ACK);
    }

    void read(long id, int length) {
        c.aAtB(0).post(WrOpcode.RDMA_READ, SIGNALED, id, 4096, length);
    }

    void readResponse(RoceOpcode code, int psn, int payload) {
        answer(Packets.readResponse(code, QPN, psn, payload, psn));
    }
}
