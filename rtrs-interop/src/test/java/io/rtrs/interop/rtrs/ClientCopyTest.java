package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads to memory that the answer's data cannot be copied to. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientCopyTest {

    @Test
    void aReadToMemoryThatWasFreedIsCalledBackWithBadMemory() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).copyBuffers(true).open()) {
            CompletableFuture<Held> held = new CompletableFuture<>();
            server.before = (operation, handle) -> held.complete(new Held(operation, handle));
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Status> status = new CompletableFuture<>();
            try (Arena arena = Arena.ofShared()) {
                Status accepted = session.requestCopied(
                        Direction.READ,
                        permit,
                        (p, s) -> status.complete(s),
                        Clients.header(0, 0),
                        arena.allocate(512));
                assertThat(accepted).isEqualTo(Status.OK);
                held.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            }
            held.get().respond(Status.OK);
            assertThat(status.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.BAD_MEMORY);
            session.putPermit(permit);
        }
    }

    @Test
    void aReadToReadOnlyMemoryIsRefusedAndAWriteFromItIsNot() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).copyBuffers(true).open()) {
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Status> status = new CompletableFuture<>();
            MemorySegment constant = MemorySegment.ofArray(new byte[512]).asReadOnly();
            assertThat(session.requestCopied(
                            Direction.READ, permit, (p, s) -> status.complete(s), Clients.header(0, 0), constant))
                    .isEqualTo(Status.INVALID);
            assertThat(session.requestCopied(
                            Direction.WRITE, permit, (p, s) -> status.complete(s), Clients.header(0, 0), constant))
                    .isEqualTo(Status.OK);
            assertThat(status.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.OK);
            session.putPermit(permit);
        }
    }
}
