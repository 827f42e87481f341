package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.Status;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerSession;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class PathNewsTest {

    @Test
    void anErrorThatIsOverIsNotTheReasonWhyAPathIsDown() throws Exception {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        List<String> said = new ArrayList<>();
        try (RtrsServer server = RtrsServer.builder()
                        .provider(provider)
                        .listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                        .queueDepth(8)
                        .handler((operation, handle) -> operation.respond(handle, Status.OK))
                        .start();
                ClientSession session = RtrsClient.builder()
                        .sessionName("news")
                        .path("ip:127.0.0.1")
                        .port(server.localAddresses().getFirst().getPort())
                        .provider(provider)
                        .ioConnections(1)
                        .reconnect(Duration.ZERO, Duration.ZERO, -1)
                        .open()) {
            ClientPath path = session.paths().getFirst();
            PathNews news = new PathNews(session, said::add);
            server.sessions().forEach(ServerSession::disconnect);
            await().atMost(Duration.ofMinutes(1)).until(() -> path.counter(PathCounter.RECONNECTS_OK) == 1);
            await().atMost(Duration.ofMinutes(1)).until(path::isConnected);
            news.look();
            assertThat(said).hasSize(2);
            assertThat(news.disconnected()).isEmpty();
            assertThat(said.getFirst()).contains(" is down: ").doesNotContain("it was disconnected");
            assertThat(said.getLast()).endsWith(" is back");
            said.clear();
            session.disconnectPath(path);
            assertThat(path.lastError()).isPresent();
            news.look();
            assertThat(said).singleElement().asString().endsWith(" is down: it was disconnected");
            assertThat(news.disconnected()).containsExactly("path " + path.name() + " was disconnected");
            session.reconnectPath(path);
            news.look();
            assertThat(news.disconnected()).isEmpty();
        }
    }
}
