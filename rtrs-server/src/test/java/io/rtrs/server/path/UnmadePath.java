package io.rtrs.server.path;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.connection.Device;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.verbs.CmEvent;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;

/** A path without connections, over a provider in this process: for tests of its state and of its owner. */
public final class UnmadePath {
    private static final int PATIENCE_MS = 10_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private UnmadePath() {}

    /**
     * Makes one.
     *
     * @param incidents gets the messages of its incidents
     */
    public static Path of(PathOwner owner, List<String> incidents) throws IOException {
        InProcessProvider provider = new InProcessProvider();
        RdmaEventChannel events = provider.cm().createEventChannel();
        RdmaCmId id = provider.cm().createId(events, RdmaCm.RDMA_PS_TCP);
        provider.cm().resolveAddr(id, null, new InetSocketAddress(HERE, 1234), PATIENCE_MS);
        CmEvent event = (CmEvent) provider.cm().getCmEvent(events, PATIENCE_MS);
        provider.cm().ackCmEvent(event);
        Device device = Device.open(provider, id.getVerbs());
        ServerConfig config = new ServerConfig(4, 4096, 1024, true, 1, FencePolicy.OFF, SECOND_NS);
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
        ConReq request = new ConReq(0, 2, 1, new UUID(1, 1), new UUID(2, 2), true);
        return new Path(host, owner, request, new PathEnds(HERE, HERE), device, memory);
    }
}
