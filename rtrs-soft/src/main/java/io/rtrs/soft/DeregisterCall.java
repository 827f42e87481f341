package io.rtrs.soft;

import com.ibm.disni.verbs.SVCDeregMr;
import io.rtrs.soft.memory.Region;

import java.io.IOException;

/** DiSNI's stateful deregistration. */
final class DeregisterCall extends SVCDeregMr {
    private final SoftwareVerbs verbs;
    private final Region region;
    private boolean valid = true;

    DeregisterCall(SoftwareVerbs verbs, Region region) {
        this.verbs = verbs;
        this.region = region;
    }

    @Override
    public DeregisterCall execute() throws IOException {
        verbs.deregister(region);
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public DeregisterCall free() {
        valid = false;
        return this;
    }
}
