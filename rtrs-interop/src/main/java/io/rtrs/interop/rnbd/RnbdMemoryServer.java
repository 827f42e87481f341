package io.rtrs.interop.rnbd;

import io.rtrs.core.Direction;
import io.rtrs.core.error.Errno;
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
    public int connected(ServerSession session) {
        session.attach(new DeviceTable());
        return 0;
    }

    @Override
    public void disconnected(ServerSession session) {
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
    public int onRequest(ServerOperation operation) {
        try {
            MemorySegment header =
                    operation.chunk().asSlice(operation.userHeaderOffset(), operation.userHeaderLength());
            int status = switch (RnbdMessage.decode(header)) {
                case SessInfo info -> sessInfo(info, operation);
                case OpenReq open -> open(open, operation);
                case IoReq io -> io(io, operation);
                case CloseReq close -> close(close, operation);
                default -> -Errno.EINVAL;
            };
            if (status == 0) {
                operation.respond(0);
            }
            return status;
        } catch (ProtocolException e) {
            LOG.warn("session {}: {}", operation.session().uuid(), e.getMessage());
            return -e.errno();
        }
    }

    private static int sessInfo(SessInfo info, ServerOperation operation) {
        return answer(new SessInfoRsp(Math.min(info.version(), RnbdMessage.VERSION)), operation);
    }

    private int open(OpenReq open, ServerOperation operation) {
        DeviceTable table = tableOf(operation.session());
        try {
            int id = table.open(open, devices);
            DeviceTable.Mapping mapping = table.get(id);
            return mapping == null ? -Errno.EIO : answer(response(id, mapping.device()), operation);
        } catch (RtrsException e) {
            LOG.info("open refused: {}", e.getMessage());
            return -e.errno();
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

    private static int close(CloseReq close, ServerOperation operation) {
        tableOf(operation.session()).close(close.deviceId());
        return 0;
    }

    private static int answer(RnbdMessage response, ServerOperation operation) {
        if (operation.direction() != Direction.READ || operation.wantedLength() < response.size()) {
            return -Errno.EINVAL;
        }
        response.encode(operation.chunk());
        return 0;
    }

    private static int io(IoReq io, ServerOperation operation) {
        DeviceTable.Mapping mapping = tableOf(operation.session()).get(io.deviceId());
        if (mapping == null) {
            return -Errno.ENOTCONN;
        }
        int status = check(io, mapping, operation);
        if (status == 0) {
            mapping.device().execute(io, operation.chunk());
        }
        return status;
    }

    /** The checks that a server owes its devices and the kernel's lacks (spec/rnbd.md 3.6). */
    private static int check(IoReq io, DeviceTable.Mapping mapping, ServerOperation operation) {
        boolean readOnly = mapping.mode() == AccessMode.READ_ONLY;
        return switch (io.operation()) {
            case IoReq.FLUSH -> 0;
            case IoReq.READ ->
                operation.direction() == Direction.READ && io.unsignedLength() <= operation.wantedLength()
                        ? mapping.device().check(io)
                        : -Errno.EINVAL;
            case IoReq.WRITE -> {
                if (operation.direction() != Direction.WRITE || io.unsignedLength() > operation.dataLength()) {
                    yield -Errno.EINVAL;
                }
                yield readOnly ? -Errno.EROFS : mapping.device().check(io);
            }
            case IoReq.DISCARD -> readOnly ? -Errno.EROFS : mapping.device().check(io);
            default -> -Errno.EOPNOTSUPP;
        };
    }
}
