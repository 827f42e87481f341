package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A goodbye of the server that does not arrive: it was lost, or the kernel's connection manager did not send it, and reported
 * success, because the client's last message of the handshake had not arrived yet. The client's own goodbye, which follows when
 * the path breaks, must be answered nevertheless.
 */
@Timeout(Subject.PATIENCE_S * 5)
class EarlyGoodbyeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** Sends no goodbye on the second connection that it accepts, the first time it is asked to. */
    private static final class SilentCm extends ForwardingCm {
        private final List<RdmaCmId> accepted = new ArrayList<>();
        private final Set<RdmaCmId> kept = ConcurrentHashMap.newKeySet();

        SilentCm(ExtendedCm to) {
            super(to);
        }

        @Override
        public void accept(RdmaCmId id, RdmaConnParam param) throws IOException {
            super.accept(id, param);
            accepted.add(id);
        }

        @Override
        public int disconnect(RdmaCmId id) throws IOException {
            boolean early = accepted.indexOf(id) == 1 && kept.add(id);
            return early ? 0 : super.disconnect(id);
        }
    }

    private record SilentProvider(VerbsProvider real, SilentCm cm) implements VerbsProvider {
        @Override
        public String name() {
            return "silent";
        }

        @Override
        public Optional<String> unavailable() {
            return real.unavailable();
        }

        @Override
        public boolean serves(InetAddress local) {
            return real.serves(local);
        }

        @Override
        public ExtendedVerbs verbs() throws VerbsException {
            return real.verbs();
        }
    }

    @Test
    void our_server_answers_the_clients_goodbye() throws Exception {
        Object before = Subject.handles();
        SilentProvider provider = new SilentProvider(Subject.PROVIDER, new SilentCm(Subject.PROVIDER.cm()));
        try (MemoryServer server = new MemoryServer(true, builder -> builder.provider(provider));
                ClientSession session = open(server.address())) {
            server.paths().forEach(ServerPath::disconnect);
            awaitReturn(session, provider);
        }
        Clients.awaitHandles(before);
    }

    /** Other tests rely on it: without the answer the path stays as it is for the connect timeout, and nothing is logged. */
    @Test
    void the_scripted_server_answers_the_clients_goodbye() throws Exception {
        Object before = Subject.handles();
        SilentProvider provider = new SilentProvider(Subject.PROVIDER, new SilentCm(Subject.PROVIDER.cm()));
        try (RawServer server = new RawServer(new RawScript(), provider, Subject.ADDRESS);
                ClientSession session = open(new InetSocketAddress(Subject.ADDRESS, server.port()))) {
            server.disconnectAll();
            awaitReturn(session, provider);
        }
        Clients.awaitHandles(before);
    }

    private static ClientSession open(InetSocketAddress server) throws RtrsException {
        return Clients.to(server)
                .ioConnections(1)
                .connectTimeout(Duration.ofDays(1)) // so that nothing but an answer ends the wait for one
                .reconnect(Duration.ZERO, Duration.ZERO, -1)
                .open();
    }

    private static void awaitReturn(ClientSession session, SilentProvider provider) {
        ClientPath path = session.paths().getFirst();
        await().atMost(PATIENCE).until(() -> path.counter(PathCounter.RECONNECTS_OK) == 1);
        assertThat(provider.cm().kept).as("goodbyes that did not leave").hasSize(1);
    }
}
