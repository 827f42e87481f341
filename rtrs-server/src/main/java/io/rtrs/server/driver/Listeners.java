package io.rtrs.server.driver;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.wire.Protocol;
import io.rtrs.verbs.ExtendedCm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The listening ids of a server; opened by the starting thread, closed by the control thread. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final ExtendedCm cm;
    private final List<RdmaCmId> ids = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    Listeners(ExtendedCm cm) {
        this.cm = cm;
    }

    /** Listens on all of them, or on none. */
    synchronized void open(RdmaEventChannel channel, List<InetSocketAddress> wanted) throws IOException {
        try {
            for (InetSocketAddress address : wanted) {
                RdmaCmId id = cm.createId(channel, RdmaCm.RDMA_PS_TCP);
                ids.add(id);
                cm.bindAddr(id, address);
                cm.listen(id, Protocol.LISTEN_BACKLOG);
                addresses.add((InetSocketAddress) cm.getSrcAddr(id));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    synchronized List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    synchronized void close() {
        for (RdmaCmId id : ids) {
            try {
                @SuppressWarnings("unused") // failures come as exceptions
                int result = cm.destroyCmId(id);
            } catch (IOException | RuntimeException e) {
                LOG.error("destroying a listening id: {}", e.toString());
            }
        }
        ids.clear();
    }
}
