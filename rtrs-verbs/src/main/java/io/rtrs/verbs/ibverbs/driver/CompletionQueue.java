package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvCQ;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_cq;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.LongUnaryOperator;

/** A completion queue; its queue pairs go before it. */
final class CompletionQueue extends IbvCQ implements ProviderOwned {
    private final DeviceContext device;
    private final NativeHandle nativeHandle;
    private final @Nullable CqEventChannel reports;

    private CompletionQueue(DeviceContext device, @Nullable CqEventChannel channel, long address) throws IOException {
        super(device, channel, NativeMemory.getInt(address + ibv_cq.handle));
        this.device = device;
        this.reports = channel;
        this.cqe = NativeMemory.getInt(address + ibv_cq.cqe);
        this.nativeHandle = new NativeHandle("completion queue", address);
    }

    static CompletionQueue create(DeviceContext device, @Nullable CqEventChannel channel, int entries, int vector)
            throws IOException {
        LongUnaryOperator create = events -> LibIbverbs.createCq(device.address(), entries, events, vector);
        long address = channel == null ? create.applyAsLong(0) : channel.newQueue(create);
        return new CompletionQueue(device, channel, Own.made("ibv_create_cq of " + entries + " entries", address));
    }

    DeviceContext device() {
        return device;
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    void destroy() throws VerbsException {
        nativeHandle.destroy("ibv_destroy_cq", LibIbverbs::destroyCq);
        close();
        if (reports != null) {
            reports.queueGone();
        }
    }

    @Override
    public VerbsProvider provider() {
        return device.provider();
    }
}
