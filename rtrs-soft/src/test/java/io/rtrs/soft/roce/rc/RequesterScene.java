package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.SIGNALED;

import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.WrOpcode;

/** A has sent requests; answers are made by hand. */
abstract class RequesterScene extends Scene {
    static final int QPN = 0x15;

    End a = c.a;

    @Override
    void use(Connection.Setup setup) {
        super.use(setup);
        c.network = (fromA, packet, delivery) -> {};
        a = c.a;
    }

    void withPatience(Patience patience) {
        Connection.Setup setup = new Connection.Setup();
        setup.patience = patience;
        use(setup);
    }

    /** What A says now, and has said since the last call. */
    @Override
    String[] said() {
        a.drain(c.nowNs);
        return super.said();
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
