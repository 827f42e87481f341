package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.CmLayout.rdma_cm_id;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A {@code struct rdma_cm_id}; owns its queue pair. */
final class ConnectionId extends RdmaCmId implements ProviderOwned {
    private final Devices devices;
    private final NativeHandle nativeHandle;
    private volatile @Nullable DeviceContext device;
    private volatile boolean asked;
    private volatile @Nullable QueuePair queuePair;

    ConnectionId(Devices devices, CmEventChannel channel, long address) throws IOException {
        super(channel, null);
        this.devices = devices;
        this.nativeHandle = new NativeHandle("connection id", address);
        this.ps = NativeMemory.getInt(address + rdma_cm_id.ps);
        refresh(address);
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    @Nullable
    QueuePair queuePair() {
        return queuePair;
    }

    void queuePair(@Nullable QueuePair qp) {
        queuePair = qp;
        setQp(qp);
    }

    /** Looks for the device and port that the library may have chosen by now. The id must live meanwhile. */
    void refresh(long address) throws IOException {
        if (device == null) {
            DeviceContext found = devices.of(NativeMemory.getLong(address + rdma_cm_id.verbs));
            if (found != null) {
                setVerbs(found);
                setPort_num(NativeMemory.getByte(address + rdma_cm_id.port_num));
                device = found;
            }
        }
    }

    /**
     * The device; null until the id is bound to one by its address or route. DiSNI asks an id that it has just destroyed, and
     * cannot cope with a device that it never asked for before: that fails, as with DiSNI's library.
     */
    @Override
    @SuppressWarnings("NullAway") // DiSNI's contract
    public IbvContext getVerbs() throws VerbsException {
        if (isOpen()) {
            asked = true;
        } else if (!asked) {
            throw new VerbsException("the connection id is destroyed, and had no queue pair", Errno.EBADF);
        }
        return device;
    }

    @Override
    public VerbsProvider provider() {
        return devices.provider();
    }
}
