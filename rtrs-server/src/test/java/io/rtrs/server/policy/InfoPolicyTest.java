package io.rtrs.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.wire.InfoReq;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.List;
import java.util.UUID;

class InfoPolicyTest {
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.0.0.1");
    private static final UUID SESSION = new UUID(1, 1);
    private static final UUID OTHER_SESSION = new UUID(1, 2);

    private static PathEntry path(UUID session, ServerPathState state, int connections, @Nullable String name) {
        return new KnownPath(session, UUID.randomUUID(), ADDRESS, ADDRESS, state, 1, 3, connections, name);
    }

    private static ProtocolException refusal(PathEntry path, List<PathEntry> all) {
        return catchThrowableOfType(
                ProtocolException.class, () -> InfoPolicy.check(new InfoReq("name").encode(), path, all));
    }

    // spec/rtrs.md 5.6, 2
    @Test
    void allConnectionsMustBeThere() throws ProtocolException {
        for (int connections = 1; connections < 3; connections++) {
            PathEntry path = path(SESSION, ServerPathState.CONNECTING, connections, null);
            assertThat(refusal(path, List.of(path)).errno()).isEqualTo(Errno.EIO);
        }
        PathEntry whole = path(SESSION, ServerPathState.CONNECTING, 3, null);
        assertThat(InfoPolicy.check(new InfoReq("name").encode(), whole, List.of(whole)))
                .isEqualTo("name");
    }

    @Test
    void aNameThatForgesLinesComesOutHarmless() throws ProtocolException {
        PathEntry path = path(SESSION, ServerPathState.CONNECTING, 3, null);
        String name = InfoPolicy.check(new InfoReq("x\nERROR all is lost\u001b[2J").encode(), path, List.of(path));
        assertThat(name).isEqualTo("x\\u{a}ERROR all is lost\\u{1b}[2J");
        PathEntry stranger = path(OTHER_SESSION, ServerPathState.CONNECTED, 3, name);
        assertThat(catchThrowableOfType(
                        ProtocolException.class,
                        () -> InfoPolicy.check(
                                new InfoReq("x\nERROR all is lost\u001b[2J").encode(), path, List.of(stranger, path))))
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("\u001b");
    }

    // spec/rtrs.md 5.6, 2
    @Test
    void secondInfoOfAPathIsRefused() {
        PathEntry path = path(SESSION, ServerPathState.CONNECTED, 3, "name");
        assertThat(refusal(path, List.of(path)).errno()).isEqualTo(Errno.EIO);
    }

    // spec/rtrs.md 5.6, 4; 5.8: also while the other session is still being torn down
    @Test
    void nameBelongsToOneSessionUntilItsLastPathIsGone() throws ProtocolException {
        PathEntry path = path(SESSION, ServerPathState.CONNECTING, 3, null);
        PathEntry stranger = path(OTHER_SESSION, ServerPathState.CLOSING, 3, "name");
        ProtocolException refusal = refusal(path, List.of(stranger, path));
        assertThat(refusal.errno()).isEqualTo(Errno.EPERM);
        assertThat(refusal).hasMessageContaining("name").hasMessageContaining(OTHER_SESSION.toString());
        PathEntry sibling = path(SESSION, ServerPathState.CONNECTED, 3, "name");
        assertThat(InfoPolicy.check(new InfoReq("name").encode(), path, List.of(sibling, path)))
                .isEqualTo("name");
    }
}
