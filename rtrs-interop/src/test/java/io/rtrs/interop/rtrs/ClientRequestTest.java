package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.wire.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;

/** Requests of the client as a raw server sees them. */
@Timeout(60)
class ClientRequestTest {

    @Test
    void aWriteArrivesAndIsAnswered() throws Exception {
        Object before = Provider.handles();
        try (RawServer server = new RawServer(new RawScript())) {
            try (ClientSession session = ClientBadInputTest.client(server).open()) {
                RegisteredMemory memory = session.allocate(4096);
                memory.segment().fill((byte) 7);
                session.write(MemorySegment.ofArray(new byte[32]), memory, 0, 4096);
                assertThat(server.chunks().segment().get(Layouts.U8, 4095)).isEqualTo((byte) 7);
            }
        }
        Clients.awaitHandles(before);
    }
}
