package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;

/** What a listener is refused is nobody else's trouble. */
@Timeout(120)
class RefusedListenTest {
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

    private static InetAddress address() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return InetAddress.ofLiteral(
                "127." + random.nextInt(16, 128) + '.' + random.nextInt(256) + '.' + random.nextInt(1, 255));
    }

    @Test
    void anAddressThatComesIntoUseWorksAlthoughAWildcardIsRefusedThere() throws IOException {
        try (Node node = new Node()) {
            RdmaCmId first = node.listen(address()); // so that there is one that the wildcards can have
            RdmaCmId heard = node.reusing(new InetSocketAddress(ANY, 0));
            RdmaCmId refused = node.reusing(node.addressOf(heard));
            node.cm.listen(heard, Node.BACKLOG);
            assertThatThrownBy(() -> node.cm.listen(refused, Node.BACKLOG)).isInstanceOf(VerbsException.class);

            RdmaCmId listener = node.listen(address());
            try (Node client = new Node()) {
                Node.End active = client.dial(null, node.addressOf(listener));
                Node.End passive = node.accept();
                client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                node.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                active.close();
                node.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
                passive.close();
            }
            for (RdmaCmId id : new RdmaCmId[] {first, heard, refused, listener}) {
                node.cm.destroyCmId(id);
            }
        }
    }
}
