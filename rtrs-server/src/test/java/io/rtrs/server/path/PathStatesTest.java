package io.rtrs.server.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.state.ServerPathState;
import io.rtrs.server.ServerSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** What must not happen in a path's state ends the path, and says so. */
@Timeout(60)
class PathStatesTest {
    private final List<String> incidents = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    private Path path() throws Exception {
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
        return UnmadePath.of(owner, incidents);
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
