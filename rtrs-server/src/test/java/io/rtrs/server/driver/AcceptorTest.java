package io.rtrs.server.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.Status;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.error.Errno;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.SessionListener;
import io.rtrs.server.path.PathHost;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.policy.ServerLimits;
import io.rtrs.server.session.SessionHost;
import io.rtrs.server.session.Sessions;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.LiveObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The machine has no room left where no device's call fails: the client is refused, and nothing of its path stays. */
@Timeout(60)
class AcceptorTest {
    private static final int PATIENCE_MS = 10_000;
    private static final int DEPTH = 4;
    private static final long SECOND_NS = 1_000_000_000;
    private static final LoopShare LOOPS = new LoopShare(LoopMode.INVOKED, 1, 1);

    private final InProcessProvider provider = new InProcessProvider();
    private final ExtendedCm cm = provider.cm();
    private final ExtendedVerbs verbs = provider.verbs();
    private final RdmaEventChannel events = cm.createEventChannel();
    private final List<String> incidents = new ArrayList<>();

    /** What the host has no room for. */
    private String missing = "";

    AcceptorTest() throws IOException {}

    private CmEvent take(EventType type) throws IOException {
        CmEvent event = (CmEvent) cm.getCmEvent(events, PATIENCE_MS);
        assertThat(event).isNotNull();
        cm.ackCmEvent(event);
        assertThat(event.type()).isEqualTo(type);
        return event;
    }

    /** A client's request for the first connection of a path. */
    private CmEvent request() throws IOException {
        RdmaCmId listener = cm.createId(events, RdmaCm.RDMA_PS_TCP);
        cm.bindAddr(listener, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        cm.listen(listener, 8);
        RdmaCmId id = cm.createId(events, RdmaCm.RDMA_PS_TCP);
        cm.resolveAddr(id, null, cm.getSrcAddr(listener), PATIENCE_MS);
        take(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        cm.resolveRoute(id, PATIENCE_MS);
        take(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        IbvPd pd = verbs.allocPd(id.getVerbs());
        IbvCQ cq = verbs.createCQ(id.getVerbs(), null, 8, 0);
        IbvQPInitAttr attr = new IbvQPInitAttr();
        attr.setQp_type(IbvQP.IBV_QPT_RC);
        attr.setSend_cq(cq);
        attr.setRecv_cq(cq);
        attr.cap().setMax_send_wr(2);
        attr.cap().setMax_recv_wr(2);
        cm.createQP(id, pd, attr);
        ConReq first = new ConReq(0, 2, 1, new UUID(1, 1), new UUID(2, 2), true);
        cm.connect(id, new ConnParam().privateData(first.encode()));
        return take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
    }

    private Acceptor acceptor() throws IOException {
        PathHost host = (PathHost) Proxy.newProxyInstance(
                PathHost.class.getClassLoader(), new Class<?>[] {PathHost.class}, (self, method, arguments) -> {
                    if (method.getName().equals(missing)) {
                        throw new OutOfMemoryError("no room for the test");
                    }
                    return switch (method.getName()) {
                        case "nowNs" -> 0L;
                        case "newHeartbeat" -> new Heartbeat(SECOND_NS, 5);
                        case "loops" -> new LoopPool(LOOPS, WaitStrategy.INVOKED, Ambient.real(), "test");
                        case "allPaths" -> List.of();
                        case "execute" -> {
                            ((Runnable) arguments[0]).run();
                            yield null;
                        }
                        case "incident" -> {
                            incidents.add((String) arguments[2]);
                            yield null;
                        }
                        default -> null;
                    };
                });
        SessionHost sessionHost = (SessionHost) Proxy.newProxyInstance(
                SessionHost.class.getClassLoader(),
                new Class<?>[] {SessionHost.class},
                (self, method, arguments) -> null);
        ServerConfig config = new ServerConfig(DEPTH, 4096, 1024, true, 1, FencePolicy.OFF, SECOND_NS);
        ServerLimits limits = new ServerLimits(4, 4, 4, 16, 64, 1 << 20, List.of());
        ServerSettings settings = new ServerSettings(
                List.of(),
                config,
                limits,
                provider,
                WaitStrategy.INVOKED,
                LOOPS,
                (operation, handle) -> {},
                List.of(),
                SessionListener.NONE,
                SECOND_NS,
                5,
                Ambient.real());
        return new Acceptor(settings, host, sessionHost, new Sessions());
    }

    private void assertNothingIsLeftWithout(String part) throws IOException {
        missing = part;
        Acceptor acceptor = acceptor();
        CmEvent request = request();
        LiveObjects before = provider.liveObjects();

        acceptor.onConnectRequest(request, false);

        assertThat(provider.liveObjects())
                .isEqualTo(new LiveObjects(
                        before.domains(),
                        before.regions(),
                        before.windows(),
                        before.queuePairs(),
                        before.completionQueues(),
                        before.completionChannels(),
                        before.eventChannels(),
                        before.ids() - 1));
        assertThat(acceptor.refused()).containsEntry(Status.of(Errno.ENOMEM), 1L);
        assertThat(incidents).singleElement().asString().contains("no room for the test");
        take(EventType.RDMA_CM_EVENT_REJECTED);
    }

    @Test
    void aPathThatCannotBeMadeLeavesItsMemoryToNobody() throws IOException {
        assertNothingIsLeftWithout("newHeartbeat");
    }

    @Test
    void aConnectionThatThePathCannotTakeIsClosed() throws IOException {
        assertNothingIsLeftWithout("handler");
    }
}
