package io.rtrs.soft.work;

import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;

/** {@code ibv_bind_mw} of a type-1 window. */
public final class BindCall extends BindWindow {
    private final WorkQueues qp;
    private final Window window;
    private final SendArray array = new SendArray(1, 0);
    private final Posted posted = new Posted();
    private boolean valid = true;

    public BindCall(WorkQueues qp, Window window, Region region) {
        this.qp = qp;
        this.window = window;
        array.opcode[0] = WrOpcode.BIND_MW;
        array.window[0] = window;
        array.region[0] = region;
    }

    @Override
    public int bind(long wrId, int flags, long address, long length, int access) {
        int key = MemoryWindow.nextRkey(window.rkey());
        array.wrId[0] = wrId;
        array.flags[0] = flags;
        array.rkey[0] = key;
        array.remote[0] = address;
        array.operand[0] = length;
        array.access[0] = access;
        int before = window.rkey();
        window.posted(key); // before it can be executed: MemoryWindow.revoke compares
        int errno = qp.postSends(array, 0, 1, posted);
        qp.ring();
        if (errno != 0) {
            window.posted(before);
        }
        return errno;
    }

    @Override
    public MemoryWindow window() {
        return window;
    }

    /** Binds again as the last {@link #bind} did. */
    @Override
    public BindCall execute() throws VerbsException {
        int errno = bind(array.wrId[0], array.flags[0], array.remote[0], array.operand[0], array.access[0]);
        if (errno != 0) {
            throw new VerbsException("bind_mw on queue pair " + qp.number() + " was refused", errno);
        }
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public BindCall free() {
        valid = false;
        return this;
    }
}
