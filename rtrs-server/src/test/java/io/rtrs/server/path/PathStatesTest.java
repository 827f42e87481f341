package io.rtrs.server.path;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.connection.Device;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.ServerSession;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.inprocess.InProcessProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What must not happen in a path's state ends the path, and says so. */
@Timeout(60)
class PathStatesTest {
    private static final int PATIENCE_MS = 10_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final List<String> incidents = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    private Path path() throws Exception {
        InProcessProvider provider = new InProcessProvider();
        RdmaEventChannel events = provider.cm().createEventChannel();
        RdmaCmId id = provider.cm().createId(events, RdmaCm.RDMA_PS_TCP);
        provider.cm().resolveAddr(id, null, new InetSocketAddress(HERE, 1234), PATIENCE_MS);
        CmEvent event = (CmEvent) provider.cm().getCmEvent(events, PATIENCE_MS);
        provider.cm().ackCmEvent(event);
        Device device = Device.open(provider, id.getVerbs());
        ServerConfig config = new ServerConfig(4, 4096, 1024, true, 1, false, SECOND_NS);
        ChunkMemory memory = ChunkMemory.allocate(device.verbs(), device.pd(), device.attributes(), config, List.of());
        LoopShare share = new LoopShare(LoopMode.INVOKED, 1, 1);
        LoopPool loops = new LoopPool(share, WaitStrategy.INVOKED, Ambient.real(), "test");
        PathHost host = (PathHost) Proxy.newProxyInstance(
                PathHost.class.getClassLoader(), new Class<?>[] {PathHost.class}, (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "nowNs" -> 0L;
                        case "newHeartbeat" -> new Heartbeat(SECOND_NS, 5);
                        case "loops" -> loops;
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
        ServerSession session = (ServerSession) Proxy.newProxyInstance(
                ServerSession.class.getClassLoader(),
                new Class<?>[] {ServerSession.class},
                (self, method, arguments) -> method.getName().equals("name") ? "s" : null);
        PathOwner owner = (PathOwner) Proxy.newProxyInstance(
                PathOwner.class.getClassLoader(), new Class<?>[] {PathOwner.class}, (self, method, arguments) -> {
                    if (method.getName().equals("onClosed")) {
                        closed.add("closed");
                    }
                    return method.getName().equals("session") ? session : null;
                });
        ConReq request = new ConReq(0, 2, 1, new UUID(1, 1), new UUID(2, 2), true);
        return new Path(host, owner, request, new PathEnds(HERE, HERE), device, memory);
    }

    @Test
    void anEventThatMustNotHappenEndsThePathAndIsTold() throws Exception {
        Path path = path();
        path.closed(); // nobody has closed it
        assertThat(path.state()).isEqualTo(ServerPathState.CLOSED);
        assertThat(path.lastError())
                .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("CLOSED in state CONNECTING"));
        assertThat(incidents).singleElement().asString().contains("CLOSED in state CONNECTING");
        assertThat(closed).hasSize(1);
        path.closed(); // once more
        assertThat(closed).hasSize(1);
    }
}
