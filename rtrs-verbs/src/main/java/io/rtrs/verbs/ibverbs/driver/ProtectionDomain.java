package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_pd;

import java.io.IOException;

/** A protection domain; its regions, windows and queue pairs go before it. */
final class ProtectionDomain extends IbvPd implements ProviderOwned {
    private final DeviceContext device;
    private final NativeHandle nativeHandle;

    ProtectionDomain(DeviceContext device) throws IOException {
        super(device);
        this.device = device;
        long address = Own.made("ibv_alloc_pd", LibIbverbs.allocPd(device.address()));
        this.nativeHandle = new NativeHandle("protection domain", address);
        this.handle = NativeMemory.getInt(address + ibv_pd.handle);
    }

    DeviceContext device() {
        return device;
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    void dealloc() throws VerbsException {
        nativeHandle.destroy("ibv_dealloc_pd", LibIbverbs::deallocPd);
        close();
    }

    @Override
    public VerbsProvider provider() {
        return device.provider();
    }
}
