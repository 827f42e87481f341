package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mr;
import io.rtrs.verbs.memory.Registrable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** A registered region. */
final class Region extends MemoryRegion implements ProviderOwned {
    private final ProtectionDomain domain;
    private final NativeHandle nativeHandle;

    private Region(ProtectionDomain domain, MemorySegment memory, int access, long address) throws IOException {
        super(
                domain.device(),
                memory,
                access,
                NativeMemory.getInt(address + ibv_mr.lkey),
                NativeMemory.getInt(address + ibv_mr.rkey),
                NativeMemory.getInt(address + ibv_mr.handle));
        this.domain = domain;
        this.nativeHandle = new NativeHandle("memory region", address);
    }

    static Region register(ProtectionDomain domain, MemorySegment memory, int access) throws IOException {
        Registrable.check(memory, access);
        long address = LibIbverbs.regMr(domain.nativeHandle().live(), memory.address(), memory.byteSize(), access);
        if (address == 0) {
            throw failure(memory.byteSize(), access, Errno.last());
        }
        return new Region(domain, memory, access, address);
    }

    private static VerbsException failure(long bytes, int access, int errno) {
        String message = "ibv_reg_mr of " + bytes + " bytes with access 0x" + Integer.toHexString(access)
                + " failed with errno " + errno;
        if (errno == Errno.ENOMEM || errno == Errno.EAGAIN) {
            message += "; this process may lock " + lockedMemoryLimit()
                    + " (ulimit -l, LimitMEMLOCK of systemd, or CAP_IPC_LOCK)";
        }
        return new VerbsException(message, errno);
    }

    private static String lockedMemoryLimit() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max locked memory")) {
                    return line.substring("Max locked memory".length()).strip().split("\\s+", -1)[0] + " bytes";
                }
            }
        } catch (IOException e) {
            // The message stays as good as it can be.
        }
        return "an unknown amount";
    }

    ProtectionDomain domain() {
        return domain;
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    void deregister() throws VerbsException {
        nativeHandle.destroy("ibv_dereg_mr", LibIbverbs::deregMr);
        close();
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }
}
