package io.rtrs.soft.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;

class FaultsTest {
    @Test
    void sendsOnACutConnectionHangUntilTheirRetriesAreUsedUp() throws Exception {
        try (Pair pair = new Pair()) {
            InetAddress address = InetAddress.ofLiteral("127.0.0.1");
            pair.passive.receive(1, 0);
            pair.provider.faults().cut(address);
            pair.active.post(WrOpcode.SEND, IbvSendWR.IBV_SEND_SIGNALED, 2, 0, 0, 0);
            pair.active.post(WrOpcode.SEND, 0, 3, 0, 0, 0);
            assertThat(pair.active.drain()).isEmpty();
            pair.provider.faults().timeOut(address);
            assertThat(pair.active.drain())
                    .extracting(IbvWC::getStatus)
                    .containsExactly(Status.RETRY_EXC_ERR, Status.WR_FLUSH_ERR);
            assertThat(pair.passive.drain()).as("the peer notices nothing").isEmpty();
        }
    }

    @Test
    void disconnectingACutConnectionIsNotHeardByThePeer() throws Exception {
        try (Pair pair = new Pair()) {
            pair.provider.faults().cut(InetAddress.ofLiteral("127.0.0.1"));
            pair.cm.disconnect(pair.active.id);
            assertThat(pair.take(EventType.RDMA_CM_EVENT_DISCONNECTED).getConnIdPriv())
                    .isSameAs(pair.active.id);
            assertThat(pair.cm.getCmEvent(pair.events, 0)).isNull();
        }
    }
}
