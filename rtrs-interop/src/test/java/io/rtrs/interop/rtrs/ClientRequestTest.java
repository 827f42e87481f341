package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;

/** Requests of the client as a raw server sees them. */
@Timeout(60)
class ClientRequestTest {

    @Test
    void aWriteArrivesAndIsAnswered() throws Exception {
        var before = TestProvider.liveObjects();
        try (RawServer server = new RawServer(new RawScript())) {
            try (ClientSession session = RtrsClient.builder()
                    .sessionName("raw")
                    .path(TestProvider.path(TestProvider.address()))
                    .port(server.port())
                    .provider(TestProvider.get())
                    .ioConnections(2)
                    .open()) {
                RegisteredMemory memory = session.allocate(4096);
                memory.segment().fill((byte) 7);
                session.write(MemorySegment.ofArray(new byte[32]), memory, 0, 4096);
                assertThat(server.chunks().segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 4095))
                        .isEqualTo((byte) 7);
            }
        }
        assertThat(TestProvider.liveObjects()).isEqualTo(before);
    }
}
