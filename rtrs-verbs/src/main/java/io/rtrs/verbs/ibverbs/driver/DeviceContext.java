package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.CallPolicy;
import io.rtrs.verbs.ibverbs.ffm.ContextOps;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_context;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_device_attr;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An open device; librdmacm owns it. */
final class DeviceContext extends IbvContext implements ProviderOwned {
    private static final int MEM_WINDOW = 1 << 17;
    private static final int MEM_MGT_EXTENSIONS = 1 << 21;
    private static final int MEM_WINDOW_TYPE_2A = 1 << 23;
    private static final int MEM_WINDOW_TYPE_2B = 1 << 24;

    private final VerbsProvider provider;
    private final long address;
    private final String name;
    private final ContextOps ops;
    private final boolean kernelFlags;

    DeviceContext(VerbsProvider provider, long address) throws IOException {
        super(
                NativeMemory.getInt(address + ibv_context.cmd_fd),
                NativeMemory.getInt(address + ibv_context.num_comp_vectors));
        this.provider = provider;
        this.address = address;
        this.name = LibIbverbs.deviceName(NativeMemory.getLong(address + ibv_context.device));
        this.ops = new ContextOps(address, CallPolicy.of(name));
        this.kernelFlags = CallPolicy.isRxe(name);
    }

    /** C: {@code struct ibv_context *}. */
    long address() {
        return address;
    }

    /** The data path of this device. */
    ContextOps ops() {
        return ops;
    }

    /** Whether completions carry the flag bits of the kernel's verbs: rxe does not translate them for user space. */
    boolean kernelFlags() {
        return kernelFlags;
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }

    /** Asks the device. */
    DeviceAttr query() throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ibv_device_attr.sizeof, 8);
            int errno = LibIbverbs.queryDevice(address, attr.address());
            if (errno != 0) {
                throw new VerbsException("ibv_query_device of " + name + " failed with errno " + errno, errno);
            }
            int flags = attr.get(ValueLayout.JAVA_INT, ibv_device_attr.device_cap_flags);
            int windows = ops.hasWindows() ? attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_mw) : 0;
            return new DeviceAttr(
                    name,
                    Long.reverseBytes(attr.get(ValueLayout.JAVA_LONG, ibv_device_attr.node_guid)),
                    attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_qp),
                    attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_qp_wr),
                    attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_sge),
                    attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_cqe),
                    attr.get(ValueLayout.JAVA_INT, ibv_device_attr.max_mr),
                    attr.get(ValueLayout.JAVA_LONG, ibv_device_attr.max_mr_size),
                    windows,
                    windows != 0 && (flags & MEM_WINDOW) != 0,
                    windows != 0 && (flags & (MEM_WINDOW_TYPE_2A | MEM_WINDOW_TYPE_2B)) != 0,
                    (flags & MEM_MGT_EXTENSIONS) != 0,
                    CallPolicy.postEntersKernel(name),
                    false);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
