package io.rtrs.interop.rtrs;

import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.Layouts;
import io.rtrs.interop.subject.Subject;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.zip.CRC32C;

/** What tests of the client do often. */
final class Clients {
    private Clients() {}

    /** A client of a server in this process, with two IO connections; a path that breaks stays so. */
    static RtrsClient.Builder to(InetSocketAddress server) {
        return RtrsClient.builder()
                .sessionName("clt")
                .path("ip:" + server.getAddress().getHostAddress())
                .port(server.getPort())
                .provider(Subject.PROVIDER)
                .ioConnections(2)
                .reconnect(Duration.ZERO, Duration.ZERO, 0)
                .connectTimeout(Duration.ofSeconds(Subject.PATIENCE_S));
    }

    static MemorySegment header(int position, int errno) {
        return MemorySegment.ofArray(MemoryServer.header(position, errno));
    }

    /** Fills memory with bytes that depend on the seed. */
    static void fill(MemorySegment memory, int seed) {
        int value = seed;
        for (long i = 0; i < memory.byteSize(); i++) {
            value = value * 1103515245 + 12345;
            memory.set(Layouts.U8, i, (byte) (value >>> 16));
        }
    }

    static long checksum(MemorySegment memory) {
        CRC32C crc = new CRC32C();
        crc.update(memory.asByteBuffer());
        return crc.getValue();
    }

    /** Writes a pattern of that length, reads it back to other memory, and compares checksums. */
    static boolean roundTrip(ClientSession session, RegisteredMemory memory, int position, int length, int seed)
            throws RtrsException {
        MemorySegment out = memory.segment().asSlice(0, length);
        MemorySegment in = memory.segment().asSlice(memory.byteSize() / 2, length);
        fill(out, seed);
        in.fill((byte) 0xa5);
        session.write(header(position, 0), memory, 0, length);
        session.read(header(position, 0), memory, memory.byteSize() / 2, length);
        return checksum(out) == checksum(in);
    }

    /** Waits until as many handles exist as before: the ends of a connection go one after the other. */
    static void awaitHandles(Object before) {
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S)).until(Subject::handles, before::equals);
    }
}
