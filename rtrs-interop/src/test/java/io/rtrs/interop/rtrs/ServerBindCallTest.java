package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

/** A device that refuses windows of type 1 in a chain: their keys are given and taken by bind calls. */
class ServerBindCallTest {

    @Test
    void keysAreGivenAndTakenByCalls() throws Exception {
        Object before = Subject.handles();
        FailingProvider picky = new FailingProvider(Subject.PROVIDER, 0);
        picky.refusesBinds = true;
        Random random = new Random(11);
        try (MemoryServer server = new MemoryServer(true, b -> b.provider(picky).heartbeat(Duration.ofMinutes(10), 5));
                RawClient client = RawClient.open(server.address(), "picky", 2)) {
            int firstKey = client.chunks.rkeys()[5];
            for (int round = 0; round < 20; round++) {
                byte[] data = new byte[3000];
                random.nextBytes(data);
                client.postWrite(1, 5, data, MemoryServer.header(4096, 0));
                assertThat(client.answer(1).status()).isZero();
                client.postRead(1, 5, data.length, MemoryServer.header(4096, 0), round % 2 == 0);
                assertThat(client.answer(1).status()).isZero();
                assertThat(client.result(data.length)).isEqualTo(data);
            }
            assertThat(client.chunks.rkeys()[5]).isNotEqualTo(firstKey);
            assertThat(picky.bindCalls.get()).isGreaterThanOrEqualTo(MemoryServer.QUEUE_DEPTH);
        }
        Clients.awaitHandles(before);
    }
}
