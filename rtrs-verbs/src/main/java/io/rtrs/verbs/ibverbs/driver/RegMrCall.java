package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.SVCRegMr;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** DiSNI's registration; each execution registers anew. */
final class RegMrCall extends SVCRegMr {
    private final ProtectionDomain domain;
    private final MemorySegment memory;
    private final int access;
    private @Nullable Region region;
    private boolean valid = true;

    RegMrCall(ProtectionDomain domain, MemorySegment memory, int access) {
        this.domain = domain;
        this.memory = memory;
        this.access = access;
    }

    @Override
    public SVCRegMr execute() throws IOException {
        if (!valid) {
            throw new VerbsException("the registration call was freed", Errno.EBADF);
        }
        region = Region.register(domain, memory, access);
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // DiSNI's contract: null before the first execution
    public IbvMr getMr() {
        return region;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    /** Frees the call; the region stays. */
    @Override
    public SVCRegMr free() {
        valid = false;
        return this;
    }
}
