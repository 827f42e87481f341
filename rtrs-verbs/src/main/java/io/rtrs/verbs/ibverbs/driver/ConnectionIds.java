package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ibverbs.ffm.LibRdmacm;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.CmLayout.rdma_cm_event;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The live connection ids by their native addresses, and the events about them.
 *
 * <p>An event is copied and acknowledged at once: its id may then be destroyed at any time, also from the code that
 * handles the event, and no pointer of it survives. {@code rdma_destroy_id} waits for acknowledgements, so an id found
 * here before the acknowledgement is not freed meanwhile. <b>Threading:</b> safe from any thread.
 */
@SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals, which are librdmacm's
final class ConnectionIds {
    private final Devices devices;

    private final ConcurrentHashMap<Long, ConnectionId> live = new ConcurrentHashMap<>();

    ConnectionIds(Devices devices) {
        this.devices = devices;
    }

    Devices devices() {
        return devices;
    }

    /** Wraps a new native id. */
    ConnectionId add(CmEventChannel channel, long address) throws IOException {
        ConnectionId id = new ConnectionId(devices, channel, address);
        live.put(address, id);
        return id;
    }

    /** Forgets an id that is about to be destroyed; events about it are dropped from now on. */
    void remove(long address) {
        live.remove(address);
    }

    /** Remembers an id whose destruction failed. */
    void restore(long address, ConnectionId id) {
        live.put(address, id);
    }

    /**
     * Copies an event and acknowledges it.
     *
     * @return null if the event is about an id that is being destroyed
     */
    @Nullable
    CmEvent convert(CmEventChannel channel, long event) throws IOException {
        boolean request =
                NativeMemory.getInt(event + rdma_cm_event.event) == EventType.RDMA_CM_EVENT_CONNECT_REQUEST.ordinal();
        long address = NativeMemory.getLong(event + rdma_cm_event.id);
        CmEvent copy;
        try {
            copy = request ? request(channel, event, address) : about(event, live.get(address));
        } finally {
            LibRdmacm.ackCmEvent(event);
        }
        if (copy == null && request) {
            LibRdmacm.destroyId(address);
        }
        return copy;
    }

    private @Nullable CmEvent request(CmEventChannel channel, long event, long address) throws IOException {
        ConnectionId listener = live.get(NativeMemory.getLong(event + rdma_cm_event.listen_id));
        return listener == null ? null : copy(event, listener, add(channel, address));
    }

    private static @Nullable CmEvent about(long event, @Nullable ConnectionId id) throws IOException {
        if (id == null) {
            return null;
        }
        id.refresh(NativeMemory.getLong(event + rdma_cm_event.id));
        return copy(event, null, id);
    }

    private static CmEvent copy(long event, @Nullable ConnectionId listener, ConnectionId id) throws IOException {
        int type = NativeMemory.getInt(event + rdma_cm_event.event);
        int status = NativeMemory.getInt(event + rdma_cm_event.status);
        return new CmEvent(type, status, listener, id, privateData(EventType.values()[type], event));
    }

    private static byte @Nullable [] privateData(EventType type, long event) {
        return switch (type) {
            case RDMA_CM_EVENT_CONNECT_REQUEST,
                    RDMA_CM_EVENT_CONNECT_RESPONSE,
                    RDMA_CM_EVENT_REJECTED,
                    RDMA_CM_EVENT_ESTABLISHED -> {
                long data = NativeMemory.getLong(event + rdma_cm_event.param_conn_private_data);
                int length = NativeMemory.getByte(event + rdma_cm_event.param_conn_private_data_len) & 0xff;
                yield data == 0 || length == 0 ? null : NativeMemory.bytes(data, length);
            }
            default -> null;
        };
    }
}
