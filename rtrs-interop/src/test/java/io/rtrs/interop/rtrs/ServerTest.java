package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** A server, a session on it that behaves, and the count of handles before and after. */
@Timeout(180)
abstract class ServerTest {
    private final boolean alwaysInvalidate;
    private final Random random = new Random(7);
    private Object handlesBefore = "";
    private Object handlesWithBystander = "";
    MemoryServer server;
    RawClient bystander;

    ServerTest(boolean alwaysInvalidate) {
        this.alwaysInvalidate = alwaysInvalidate;
    }

    @BeforeEach
    void start() throws IOException {
        handlesBefore = Subject.handles();
        // Raw clients send no heartbeats; on a slow machine they would be taken for dead.
        server = new MemoryServer(alwaysInvalidate, b -> b.heartbeat(Duration.ofMinutes(10), 5));
        bystander = RawClient.open(server.address(), "bystander", 2);
        handlesWithBystander = Subject.handles();
        writeAndRead(bystander, 1);
    }

    @AfterEach
    void stop() throws IOException {
        if (bystander != null) {
            bystander.close();
        }
        server.close();
        assertThat(Subject.handles()).isEqualTo(handlesBefore);
    }

    boolean alwaysInvalidate() {
        return alwaysInvalidate;
    }

    /** The session that did nothing wrong still works, and nothing of the other is left. */
    void nothingElseIsTouched() throws IOException {
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S)).untilAsserted(() -> {
            assertThat(Subject.handles()).isEqualTo(handlesWithBystander);
            assertThat(server.paths()).hasSize(1);
        });
        writeAndRead(bystander, 1);
        writeAndRead(bystander, 0);
    }

    /** Writes random data and reads it back. */
    void writeAndRead(RawClient client, int cid) throws IOException {
        byte[] data = new byte[3000];
        random.nextBytes(data);
        client.postWrite(cid, 5, data, MemoryServer.header(4096, 0));
        assertThat(client.answer(cid).status()).isZero();
        client.postRead(cid, 6, data.length, MemoryServer.header(4096, 0), false);
        assertThat(client.answer(cid).status()).isZero();
        assertThat(client.result(data.length)).isEqualTo(data);
    }

    /** The server noted this, naming field and value. */
    void noted(String... parts) {
        if (parts.length == 0) {
            return;
        }
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .untilAsserted(() -> assertThat(server.incidents()).contains(parts));
    }
}
