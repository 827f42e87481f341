package io.rtrs.cli.block;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a client asks a server before it uses its blocks. */
public final class RemoteBlocks {
    private RemoteBlocks() {}

    /**
     * The size of the server's memory; blocks the caller.
     *
     * @throws RtrsException EPROTO if the server is no {@link MemoryBlocks} of our version; otherwise what the request
     *     failed with
     */
    public static long size(ClientSession session) throws RtrsException {
        try (Arena arena = Arena.ofConfined();
                RegisteredMemory answer = session.allocate(BlockHeader.INFO_BYTES)) {
            MemorySegment header = arena.allocate(BlockHeader.BYTES, 8);
            BlockHeader.encode(header, BlockHeader.INFO, 0, 0);
            session.read(header, answer, 0, BlockHeader.INFO_BYTES);
            long size = BlockHeader.infoSize(answer.segment());
            if (size <= 0) {
                throw new RtrsException(Errno.EPROTO, "the server's blocks are of another version of rtrs");
            }
            return size;
        } catch (RtrsException e) {
            if (e.errno() == Errno.EINVAL) {
                throw new RtrsException(Errno.EPROTO, "the server is none that \"rtrs serve\" runs", e);
            }
            throw e;
        }
    }
}
