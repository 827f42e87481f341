package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What README.md, "In a program", says of its handler, on the provider and address of this run. */
@Timeout(180)
class ReadmeExampleTest {
    private static final ValueLayout.OfLong POSITION = ValueLayout.JAVA_LONG_UNALIGNED;

    @Test
    void whatWasWrittenIsReadBackAndWhatIsOutsideIsRefused() throws Exception {
        MemorySegment volume = Arena.global().allocate(1 << 20);
        try (RtrsServer server = RtrsServer.builder()
                        .listen(Subject.addresses())
                        .provider(Subject.PROVIDER)
                        .handler((operation, handle) -> serve(operation, handle, volume))
                        .answerFrom(volume)
                        .start();
                ClientSession session =
                        Clients.to(server.localAddresses().getFirst()).open()) {
            RegisteredMemory block = session.allocate(4096);
            block.segment().fill((byte) 7);
            MemorySegment header = Arena.global().allocate(POSITION);
            header.set(POSITION, 0, 8192);
            session.write(header, block, 0, 4096);
            block.segment().fill((byte) 0);
            session.read(header, block, 0, 4096);

            assertThat(block.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
            header.set(POSITION, 0, (1 << 20) - 4095);
            assertThatThrownBy(() -> session.read(header, block, 0, 4096)).satisfies(ReadmeExampleTest::isEio);
            assertThatThrownBy(() -> session.write(header, block, 0, 4096)).satisfies(ReadmeExampleTest::isEio);
        }
    }

    private static void isEio(Throwable e) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        RtrsException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EIO));
    }

    private static void serve(ServerOperation operation, long handle, MemorySegment volume) {
        long at = operation.chunk().get(POSITION, operation.userHeaderOffset());
        if (operation.direction() == Direction.WRITE) {
            operation.copyTo(volume, at);
            operation.respond(handle, Status.OK);
        } else {
            operation.respond(handle, volume, at); // sent from there, without a copy
        }
    }
}
