package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A protection domain. */
final class Pd extends IbvPd implements ProviderOwned {
    /** Regions, windows and queue pairs in it. */
    final AtomicInteger users = new AtomicInteger();

    private final Context device;

    Pd(Context device) throws IOException {
        super(device);
        this.device = device;
    }

    Context context() {
        return device;
    }

    @Override
    public VerbsProvider provider() {
        return device.provider();
    }
}
