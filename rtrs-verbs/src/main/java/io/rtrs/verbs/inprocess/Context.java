package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;

/** The one device of this provider. */
final class Context extends IbvContext implements ProviderOwned {
    static final int MAX_QP_WR = 1 << 16;
    static final int MAX_SGE = 32;
    static final int MAX_CQE = 1 << 20;

    final KeyTable keys = new KeyTable();
    private final VerbsProvider provider;

    Context(VerbsProvider provider) throws IOException {
        super(-1, 1);
        this.provider = provider;
    }

    DeviceAttr attributes() {
        return new DeviceAttr(
                "inprocess0",
                0x1BBD_0000_0000_0001L,
                1 << 20,
                MAX_QP_WR,
                MAX_SGE,
                MAX_CQE,
                1 << 23,
                Long.MAX_VALUE,
                1 << 23,
                true,
                true,
                true,
                false);
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
