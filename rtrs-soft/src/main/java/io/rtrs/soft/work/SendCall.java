package io.rtrs.soft.work;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** The stateful post-send. */
public final class SendCall extends PostSend {
    private final WorkQueues qp;
    private final SendArray array;
    private final Posted posted = new Posted();
    private boolean valid = true;
    private @Nullable SendMod @Nullable [] mods;

    public SendCall(WorkQueues qp, int count, int maxSge) {
        this.qp = qp;
        this.array = new SendArray(count, maxSge);
    }

    /** From DiSNI's list. */
    public SendCall(WorkQueues qp, List<IbvSendWR> requests) {
        this(
                qp,
                requests.size(),
                requests.stream().mapToInt(SendCall::sges).max().orElse(0));
        int wr = 0;
        for (IbvSendWR request : requests) {
            fill(wr++, request);
        }
    }

    private static int sges(IbvSendWR request) {
        return request.getSg_list() == null ? 0 : request.getSg_list().size();
    }

    private void fill(int wr, IbvSendWR request) {
        wrId(wr, request.getWr_id()).opcode(wr, request.getOpcode()).flags(wr, request.getSend_flags());
        array.rawImm[wr] = request.getImm_data();
        int opcode = request.getOpcode();
        if (opcode == WrOpcode.LOCAL_INV || opcode == WrOpcode.SEND_WITH_INV) {
            array.rkey[wr] = request.getImm_data();
        } else if (opcode == WrOpcode.ATOMIC_CMP_AND_SWP || opcode == WrOpcode.ATOMIC_FETCH_AND_ADD) {
            IbvSendWR.Atomic atomic = request.getAtomic();
            remote(wr, atomic.getRemote_addr(), atomic.getRkey());
            array.operand[wr] = atomic.getCompare_add();
            array.swap[wr] = atomic.getSwap();
        } else {
            remote(wr, request.getRdma().getRemote_addr(), request.getRdma().getRkey());
        }
        int n = sges(request);
        for (int i = 0; i < n; i++) {
            IbvSge sge = request.getSg_list().get(i);
            sge(wr, i, sge.getAddr(), sge.getLength(), sge.getLkey());
        }
        numSge(wr, n);
    }

    SendArray array() {
        return array;
    }

    WorkQueues queues() {
        return qp;
    }

    @Override
    public int count() {
        return array.count;
    }

    @Override
    public int maxSge() {
        return array.maxSge;
    }

    @Override
    public PostSend wrId(int wr, long wrId) {
        array.wrId[wr] = wrId;
        return this;
    }

    @Override
    public PostSend opcode(int wr, int opcode) {
        array.opcode[wr] = opcode;
        return this;
    }

    @Override
    public PostSend flags(int wr, int flags) {
        array.flags[wr] = flags;
        return this;
    }

    @Override
    public PostSend imm(int wr, int value) {
        array.rawImm[wr] = Imm.toRaw(value);
        return this;
    }

    @Override
    public PostSend invalidate(int wr, int rkey) {
        array.rkey[wr] = rkey;
        return this;
    }

    @Override
    public PostSend remote(int wr, long address, int rkey) {
        array.remote[wr] = address;
        array.rkey[wr] = rkey;
        return this;
    }

    @Override
    public PostSend sge(int wr, int index, long address, int length, int lkey) {
        array.setSge(wr, index, address, length, lkey);
        return this;
    }

    @Override
    public PostSend numSge(int wr, int count) {
        array.setNumSge(wr, count);
        return this;
    }

    @Override
    public PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
        Window ours = (Window) window;
        array.opcode[wr] = WrOpcode.BIND_MW;
        array.window[wr] = ours;
        array.region[wr] = (Region) region;
        array.rkey[wr] = rkey;
        array.remote[wr] = address;
        array.operand[wr] = length;
        array.access[wr] = access;
        array.numSge[wr] = 0;
        ours.posted(rkey);
        return this;
    }

    @Override
    public int post(int first, int count) {
        Objects.checkFromIndexSize(first, count, array.count);
        int errno = enqueue(first, count);
        qp.ring();
        return errno;
    }

    /** As {@link #post}, without the ring. */
    int enqueue(int first, int count) {
        return qp.postSends(array, first, count, posted);
    }

    @Override
    public int badWr() {
        return posted.bad;
    }

    @Override
    public SendCall execute() throws VerbsException {
        int errno = post(0, array.count);
        if (errno != 0) {
            throw new VerbsException(
                    "post_send on queue pair " + qp.number() + ": work request " + badWr() + " was refused", errno);
        }
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public SendCall free() {
        valid = false;
        return this;
    }

    @Override
    public SVCPostSend.SendWRMod getWrMod(int index) {
        @Nullable SendMod[] all = mods;
        if (all == null) {
            all = new SendMod[array.count];
            mods = all;
        }
        SendMod mod = all[index];
        if (mod == null) {
            mod = new SendMod(array, index);
            all[index] = mod;
        }
        return mod;
    }
}
