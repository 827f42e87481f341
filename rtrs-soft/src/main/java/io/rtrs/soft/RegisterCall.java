package io.rtrs.soft;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.SVCRegMr;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** DiSNI's stateful registration. */
final class RegisterCall extends SVCRegMr {
    private final SoftwareVerbs verbs;
    private final IbvPd pd;
    private final MemorySegment memory;
    private final int access;
    private @Nullable IbvMr region;
    private boolean valid = true;

    RegisterCall(SoftwareVerbs verbs, IbvPd pd, MemorySegment memory, int access) {
        this.verbs = verbs;
        this.pd = pd;
        this.memory = memory;
        this.access = access;
    }

    @Override
    public RegisterCall execute() throws IOException {
        region = verbs.regMr(pd, memory, access);
        return this;
    }

    @Override
    public IbvMr getMr() {
        IbvMr made = region;
        if (made == null) {
            throw new IllegalStateException("execute() registers; it was not called");
        }
        return made;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public RegisterCall free() {
        valid = false;
        return this;
    }
}
