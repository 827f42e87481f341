package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.Device;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.verbs.ExtendedCm;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

class ChunkMemoryTest {
    private static final int DEPTH = 8;

    @Test
    void aWindowThatCannotBeFreedKeepsNoOther() throws IOException {
        InProcessProvider provider = new InProcessProvider();
        ExtendedCm cm = provider.cm();
        RdmaCmId id = cm.createId(cm.createEventChannel(), RdmaCm.RDMA_PS_TCP);
        cm.bindAddr(id, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Device device = Device.open(provider, id.getVerbs());
        ServerConfig config = new ServerConfig(DEPTH, 4096, 1024, true, 1, FencePolicy.OFF, 1);
        ChunkMemory memory = ChunkMemory.allocate(device.verbs(), device.pd(), device.attributes(), config, List.of());
        assertThat(provider.liveObjects().windows()).isEqualTo(DEPTH);
        device.verbs().deallocMw(memory.window(0)); // so that it is not there a second time
        assertThatThrownBy(memory::freeWindows).isInstanceOf(IOException.class);
        assertThat(provider.liveObjects().windows()).isZero();
        memory.free();
        device.close();
        assertThat(provider.liveObjects().domains()).isZero();
    }
}
