package io.rtrs.interop.rnbd;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One device of an RNBD server, opened on an RTRS session (spec/rnbd.md 4).
 *
 * <p><b>Threading:</b> any thread. <b>Errors:</b> {@link RtrsException} with the server's errno.
 */
public final class RnbdClient implements AutoCloseable {
    private static final long FLUSH_SECTOR = -1;

    private final ClientSession session;
    private final OpenRsp device;

    private RnbdClient(ClientSession session, OpenRsp device) {
        this.session = session;
        this.device = device;
    }

    /**
     * Tells the server our version.
     *
     * @return the version that both speak
     */
    public static int sayVersion(ClientSession session, int version) throws RtrsException {
        RnbdMessage response = ask(session, new SessInfo(version), SessInfoRsp.SIZE);
        if (response instanceof SessInfoRsp info) {
            return info.version();
        }
        throw new RtrsException(Errno.EINVAL, "SESS_INFO was answered with " + response);
    }

    /** Opens a device of the server. */
    public static RnbdClient open(ClientSession session, String name, AccessMode mode) throws RtrsException {
        RnbdMessage response = ask(session, new OpenReq(mode.wire(), name), OpenRsp.SIZE);
        if (response instanceof OpenRsp opened) {
            return new RnbdClient(session, opened);
        }
        throw new RtrsException(Errno.EINVAL, "OPEN was answered with " + response);
    }

    private static RnbdMessage ask(ClientSession session, RnbdMessage request, int responseSize) throws RtrsException {
        try (RegisteredMemory memory = session.allocate(responseSize)) {
            await(session.submit(Direction.READ, ConnectionType.ADMIN, request.encode(), memory, 0, responseSize));
            return RnbdMessage.decode(memory.segment().asSlice(0, responseSize));
        } catch (ProtocolException e) {
            throw new RtrsException(e.errno(), "bad answer to " + request, e);
        }
    }

    /** What the server said about the device. */
    public OpenRsp device() {
        return device;
    }

    /** Reads; the length is a multiple of the logical block size, and at most the session's {@code maxIoSize}. */
    public CompletableFuture<Void> read(long sector, RegisteredMemory to, long offset, int length) {
        return submit(Direction.READ, sector, IoReq.READ | IoReq.SYNC, length, to, offset, length);
    }

    /** Writes; limits as for reading. */
    public CompletableFuture<Void> write(long sector, RegisteredMemory from, long offset, int length) {
        return submit(Direction.WRITE, sector, IoReq.WRITE | IoReq.SYNC, length, from, offset, length);
    }

    /** Brings to stable storage what was written before. */
    public CompletableFuture<Void> flush() {
        int rw = IoReq.FLUSH | IoReq.SYNC | IoReq.FUA;
        return submit(Direction.READ, FLUSH_SECTOR, rw, 0, null, 0, 0);
    }

    /** Gives up the content of an extent. */
    public CompletableFuture<Void> discard(long sector, int length) {
        return submit(Direction.WRITE, sector, IoReq.DISCARD, length, null, 0, 0);
    }

    private CompletableFuture<Void> submit(
            Direction direction,
            long sector,
            int rw,
            int extent,
            @Nullable RegisteredMemory memory,
            long offset,
            int length) {
        byte[] header = new IoReq(device.deviceId(), sector, rw, extent, 0).encode();
        return session.submit(direction, ConnectionType.IO, header, memory, offset, length);
    }

    /** Gives the device back. */
    @Override
    public void close() throws RtrsException {
        byte[] header = new CloseReq(device.deviceId()).encode();
        await(session.submit(Direction.WRITE, ConnectionType.ADMIN, header, null, 0, 0));
    }

    /** Waits for an operation's end, and throws what the server said. */
    public static void await(CompletableFuture<Void> operation) throws RtrsException {
        try {
            operation.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RtrsException failure) {
                throw failure;
            }
            throw new RtrsException(Errno.EIO, "request", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RtrsException(Errno.EINTR, "waiting for an answer", e);
        }
    }
}
