package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mw;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mw_bind;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mw_bind_info;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/** C: {@code ibv_bind_mw} of a type-1 window. */
final class BindCall extends BindWindow {
    private static final long INFO = ibv_mw_bind.bind_info;

    private final QueuePair qp;
    private final Window window;
    private final MemorySegment bind = Arena.ofAuto().allocate(ibv_mw_bind.sizeof, 8);
    private final long address = bind.address();
    private boolean valid = true;

    BindCall(QueuePair qp, Window window, Region region) throws VerbsException {
        if (window.type() != MemoryWindow.TYPE_1) {
            throw new VerbsException("ibv_bind_mw binds windows of type 1; post a BIND_MW for type 2", Errno.EINVAL);
        }
        if (window.domain() != region.domain() || window.domain() != qp.domain()) {
            throw new VerbsException("window, region and queue pair differ in their protection domains", Errno.EPERM);
        }
        this.qp = qp;
        this.window = window;
        bind.set(
                ValueLayout.JAVA_LONG,
                INFO + ibv_mw_bind_info.mr,
                region.nativeHandle().live());
    }

    @Override
    public int bind(long wrId, int flags, long from, long length, int access) {
        bind.set(ValueLayout.JAVA_LONG, ibv_mw_bind.wr_id, wrId);
        bind.set(ValueLayout.JAVA_INT, ibv_mw_bind.send_flags, flags);
        bind.set(ValueLayout.JAVA_LONG, INFO + ibv_mw_bind_info.addr, from);
        bind.set(ValueLayout.JAVA_LONG, INFO + ibv_mw_bind_info.length, length);
        bind.set(ValueLayout.JAVA_INT, INFO + ibv_mw_bind_info.mw_access_flags, access);
        return post();
    }

    private int post() {
        long queuePair = qp.address();
        long mw = window.nativeHandle().address();
        if (!valid || queuePair == 0 || mw == 0) {
            return Errno.EINVAL;
        }
        try {
            int errno = qp.ops().bindMw(queuePair, mw, address);
            if (errno == 0) {
                window.rkey(NativeMemory.getInt(mw + ibv_mw.rkey));
            }
            return errno;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public MemoryWindow window() {
        return window;
    }

    /** Binds again with the last arguments. */
    @Override
    public BindWindow execute() throws VerbsException {
        int errno = post();
        if (errno != 0) {
            throw new VerbsException("ibv_bind_mw failed with errno " + errno, errno);
        }
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public BindWindow free() {
        valid = false;
        return this;
    }
}
