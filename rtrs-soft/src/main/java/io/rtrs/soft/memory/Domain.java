package io.rtrs.soft.memory;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A protection domain: keys work within one only. */
public final class Domain extends IbvPd implements ProviderOwned {
    /** Regions, windows and queue pairs in it. */
    public final AtomicInteger users = new AtomicInteger();

    /** The keys of the device, of all its domains. */
    public final KeyTable keys;

    private final IbvContext device;
    private final VerbsProvider provider;

    /** Creates a domain of a device. */
    public Domain(IbvContext device, KeyTable keys, VerbsProvider provider) throws IOException {
        super(device);
        this.device = device;
        this.keys = keys;
        this.provider = provider;
    }

    /** The device. */
    public IbvContext device() {
        return device;
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
