package io.rtrs.interop.rnbd;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The upper layer of an RTRS server: answers RNBD requests from memory devices (spec/rnbd.md 3).
 *
 * <p>Give it to {@code RtrsServer} as handler and as session listener. <b>Threading:</b> any thread. <b>Ownership:</b> the
 * devices stay the caller's.
 */
public final class RnbdMemoryServer implements RequestHandler, SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(RnbdMemoryServer.class);
    private static final int MAX_HW_SECTORS = 2560;
    private static final int MAX_SEGMENTS = 128;
    private static final int MAX_DISCARD_SECTORS = 65536;
    private static final int PHYSICAL_BLOCK_SIZE = 4096;

    private final Map<String, MemoryDevice> devices;

    /** Serves the devices by their names. */
    public RnbdMemoryServer(List<MemoryDevice> devices) {
        this.devices = devices.stream().collect(Collectors.toUnmodifiableMap(MemoryDevice::name, Function.identity()));
    }

    @Override
    public Status onConnected(ServerSession session) {
        session.attach(new DeviceTable());
        return Status.OK;
    }

    @Override
    public void onDisconnected(ServerSession session) {
        tableOf(session).closeAll();
    }

    /** How many devices a session has open. */
    public static int openDevices(ServerSession session) {
        return tableOf(session).count();
    }

    private static DeviceTable tableOf(ServerSession session) {
        if (session.attachment() instanceof DeviceTable table) {
            return table;
        }
        throw new IllegalStateException("session " + session.uuid() + " has no device table");
    }

    @Override
    public void onRequest(ServerOperation operation, long handle) {
        operation.respond(handle, serve(operation));
    }

    private Status serve(ServerOperation operation) {
        try {
            MemorySegment header =
                    operation.chunk().asSlice(operation.userHeaderOffset(), operation.userHeaderLength());
            return switch (RnbdMessage.decode(header)) {
                case SessInfo info -> sessInfo(info, operation);
                case OpenReq open -> open(open, operation);
                case IoReq io -> io(io, operation);
                case CloseReq close -> close(close, operation);
                default -> Status.INVALID;
            };
        } catch (ProtocolException e) {
            LOG.warn("session {}: {}", operation.session().uuid(), e.getMessage());
            return e.status();
        }
    }

    private static Status sessInfo(SessInfo info, ServerOperation operation) {
        return answer(new SessInfoRsp(Math.min(info.version(), RnbdMessage.VERSION)), operation);
    }

    private Status open(OpenReq open, ServerOperation operation) {
        DeviceTable table = tableOf(operation.session());
        try {
            int id = table.open(open, devices);
            DeviceTable.Mapping mapping = table.get(id);
            return mapping == null ? Status.IO_ERROR : answer(response(id, mapping.device()), operation);
        } catch (RtrsException e) {
            LOG.info("open refused: {}", e.getMessage());
            return e.status();
        }
    }

    private static OpenRsp response(int id, MemoryDevice device) {
        int block = device.logicalBlockSize();
        return new OpenRsp(
                id,
                device.sectors(),
                MAX_HW_SECTORS,
                new OpenRsp.Discard(MAX_DISCARD_SECTORS, block, 0),
                PHYSICAL_BLOCK_SIZE,
                block,
                MAX_SEGMENTS,
                OpenRsp.CACHE_FUA | OpenRsp.CACHE_WRITE_BACK);
    }

    private static Status close(CloseReq close, ServerOperation operation) {
        tableOf(operation.session()).close(close.deviceId());
        return Status.OK;
    }

    private static Status answer(RnbdMessage response, ServerOperation operation) {
        if (operation.direction() != Direction.READ || operation.wantedLength() < response.size()) {
            return Status.INVALID;
        }
        response.encode(operation.chunk());
        return Status.OK;
    }

    private static Status io(IoReq io, ServerOperation operation) {
        DeviceTable.Mapping mapping = tableOf(operation.session()).get(io.deviceId());
        if (mapping == null) {
            return Status.NOT_CONNECTED;
        }
        Status status = check(io, mapping, operation);
        if (status.isOk()) {
            mapping.device().execute(io, operation.chunk());
        }
        return status;
    }

    /** The checks that a server owes its devices and the kernel's lacks (spec/rnbd.md 3.6). */
    private static Status check(IoReq io, DeviceTable.Mapping mapping, ServerOperation operation) {
        boolean readOnly = mapping.mode() == AccessMode.READ_ONLY;
        return switch (io.operation()) {
            case IoReq.FLUSH -> Status.OK;
            case IoReq.READ ->
                operation.direction() == Direction.READ && io.unsignedLength() <= operation.wantedLength()
                        ? mapping.device().check(io)
                        : Status.INVALID;
            case IoReq.WRITE -> {
                if (operation.direction() != Direction.WRITE || io.unsignedLength() > operation.dataLength()) {
                    yield Status.INVALID;
                }
                yield readOnly ? Status.READ_ONLY : mapping.device().check(io);
            }
            case IoReq.DISCARD -> readOnly ? Status.READ_ONLY : mapping.device().check(io);
            default -> Status.NOT_SUPPORTED;
        };
    }
}
