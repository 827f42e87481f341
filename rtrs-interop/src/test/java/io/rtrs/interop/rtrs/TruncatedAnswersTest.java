package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Direction;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.ChildJvm;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A server answers from a mapped file that somebody truncates: in a JVM of its own, which it could end. */
@Timeout(180)
class TruncatedAnswersTest {
    private static final int LENGTH = 4096;
    private static final int READS = 15;
    private static final int OTHERS = 3;

    @Test
    void endNoOtherSession() throws Exception {
        assumeTrue(Subject.isSoftware(), "adapters have the pages pinned");

        assertThat(ChildJvm.run(Program.class))
                .contains(READS + " reads of a truncated file: 0 succeeded")
                .endsWith("disconnected: []", OTHERS + " other sessions work");
    }

    /** The program. */
    static final class Program {
        public static void main(String[] args) throws Exception {
            Path path = Files.createTempFile("answers", "");
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Files.write(path, new byte[READS * LENGTH]);
                serve(file, file.map(FileChannel.MapMode.READ_ONLY, 0, READS * LENGTH, Arena.ofShared()));
            } finally {
                Files.delete(path);
            }
            System.exit(0);
        }

        private static void serve(FileChannel file, MemorySegment mapped) throws Exception {
            try (MemoryServer server = new MemoryServer(true, b -> b.answerFrom(mapped))) {
                server.before = (operation, handle) -> {
                    if (operation.direction() == Direction.READ && operation.userHeaderLength() == 0) {
                        operation.respond(handle, mapped, 0);
                    } else {
                        server.serve(operation, handle);
                    }
                };
                List<ClientSession> others = new ArrayList<>();
                for (int i = 0; i < OTHERS; i++) {
                    others.add(Clients.to(server.address())
                            .sessionName("other" + i)
                            .open());
                }
                file.truncate(0);
                readInVain(server);
                System.out.println("disconnected: "
                        + server.events.stream()
                                .filter(event -> event.startsWith("disconnected other"))
                                .toList());
                int working = 0;
                for (ClientSession other : others) {
                    try (RegisteredMemory memory = other.allocate(2 * LENGTH)) {
                        working += Clients.roundTrip(other, memory, 0, LENGTH, working) ? 1 : 0;
                    }
                    other.close();
                }
                System.out.println(working + " other sessions work");
            }
        }

        private static void readInVain(MemoryServer server) throws RtrsException {
            int succeeded = 0;
            for (int i = 0; i < READS; i++) {
                try (ClientSession session = Clients.to(server.address())
                                .sessionName("reader" + i)
                                .open();
                        RegisteredMemory memory = session.allocate(LENGTH)) {
                    try {
                        session.read(MemorySegment.ofArray(new byte[0]), memory, 0, LENGTH);
                        succeeded++;
                    } catch (RtrsException e) {
                        System.out.println("read: " + e.getMessage());
                    }
                }
            }
            System.out.println(READS + " reads of a truncated file: " + succeeded + " succeeded");
        }
    }
}
