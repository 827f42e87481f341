package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.SVCDeregMr;
import io.rtrs.verbs.VerbsException;

/** C: {@code ibv_dereg_mr}. */
final class DeregMrCall extends SVCDeregMr {
    private final Region region;

    DeregMrCall(Region region) {
        this.region = region;
    }

    @Override
    public SVCDeregMr execute() throws VerbsException {
        region.deregister();
        return this;
    }

    @Override
    public boolean isValid() {
        return region.isOpen();
    }

    @Override
    public SVCDeregMr free() {
        return this;
    }
}
