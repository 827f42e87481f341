package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CompletableFuture;

/** What is said over the wire, said within this process, so that a conversation's own errors are found without a machine. */
@Timeout(300)
class ConversationTest {
    private static final String ADDRESS = Subject.ADDRESS.getHostAddress();
    private static final int PORT = 7473;

    private Peer active;
    private Peer passive;

    @BeforeEach
    void start() throws Exception {
        active = new PeerHere(Subject.PROVIDER);
        passive = new PeerHere(Subject.PROVIDER);
        passive.run("listen", ADDRESS, PORT);
    }

    @AfterEach
    void stop() throws Exception {
        active.end();
        passive.end();
    }

    private void both(Object[] ofActive, Object... ofPassive) throws Exception {
        CompletableFuture<String> answered = passive.start(ofPassive);
        Peer.joinBoth(active, active.start(ofActive), passive, answered);
    }

    @Test
    void everyOperation() throws Exception {
        both(new Object[] {"ask", ADDRESS, ADDRESS, PORT, 1024}, "answer", 1024);
    }

    @Test
    void reject() throws Exception {
        both(new Object[] {"ask-in-vain", ADDRESS, ADDRESS, PORT}, "reject");
        active.run("ask-nobody", ADDRESS, ADDRESS, PORT + 1);
    }

    @Test
    void trespass() throws Exception {
        both(new Object[] {"trespass", ADDRESS, ADDRESS, PORT}, "guard");
    }

    @Test
    void rping() throws Exception {
        passive.run("rping-listen", ADDRESS, PORT + 2);
        both(new Object[] {"rping", ADDRESS, ADDRESS, PORT + 2, 3, 5000}, "rping-serve", 3);
    }

    @Test
    void blocks() throws Exception {
        passive.run("serve-blocks", ADDRESS, PORT + 3, true);
        String expected =
                active.run("use-blocks", ADDRESS, ADDRESS, PORT + 3, BlockPeer.DEVICE, true, BlockPeer.CAPACITY);
        assertThat(passive.run("block-content")).isEqualTo(expected);
        passive.run("end-blocks");
    }
}
