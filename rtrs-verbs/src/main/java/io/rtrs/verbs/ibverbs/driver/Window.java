package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mw;

/** A memory window. */
final class Window extends MemoryWindow implements ProviderOwned {
    private final ProtectionDomain domain;
    private final NativeHandle nativeHandle;
    private int rkey;

    private Window(ProtectionDomain domain, int type, long address) {
        super(domain, type);
        this.domain = domain;
        this.nativeHandle = new NativeHandle("memory window", address);
        this.rkey = NativeMemory.getInt(address + ibv_mw.rkey);
    }

    static Window allocate(ProtectionDomain domain, int type) throws VerbsException {
        if (!domain.device().ops().hasWindows()) {
            throw new VerbsException(domain.device() + " has no memory windows", Errno.EOPNOTSUPP);
        }
        long address = domain.device().ops().allocMw(domain.nativeHandle().live(), type);
        return new Window(domain, type, Own.made("ibv_alloc_mw of type " + type, address));
    }

    ProtectionDomain domain() {
        return domain;
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    @Override
    public int rkey() {
        return rkey;
    }

    void rkey(int newKey) {
        rkey = newKey;
    }

    void dealloc() throws VerbsException {
        nativeHandle.destroy("ibv_dealloc_mw", domain.device().ops()::deallocMw);
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }
}
