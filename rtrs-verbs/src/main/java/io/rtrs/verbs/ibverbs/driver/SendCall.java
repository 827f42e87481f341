package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_mw;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_send_wr;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_sge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;

/** C: {@code ibv_post_send} of an array of {@code struct ibv_send_wr} laid out once. */
final class SendCall extends PostSend {
    private final QueuePair qp;
    private final int count;
    private final int maxSge;
    private final long sges;
    private final WrArray array;
    private final MemorySegment memory;
    private final int[] numSge;
    private final SendWrMod[] mods;
    private boolean hasBinds;
    private int badWr;
    private boolean valid = true;

    SendCall(QueuePair qp, int count, int maxSge) throws VerbsException {
        if (count < 1 || maxSge < 0) {
            throw new VerbsException("a post of " + count + " work requests with " + maxSge + " SGEs", Errno.EINVAL);
        }
        this.qp = qp;
        this.count = count;
        this.maxSge = maxSge;
        this.sges = (long) count * ibv_send_wr.sizeof;
        this.array =
                new WrArray(count, ibv_send_wr.sizeof, ibv_send_wr.next, ibv_send_wr.sg_list, maxSge, ibv_sge.sizeof);
        this.memory = array.memory();
        this.numSge = new int[count];
        this.mods = new SendWrMod[count];
        for (int wr = 0; wr < count; wr++) {
            opcode(wr, WrOpcode.SEND);
        }
    }

    /** From DiSNI's lists. */
    static SendCall of(QueuePair qp, List<IbvSendWR> list) throws VerbsException {
        int most = 0;
        for (IbvSendWR wr : list) {
            most = Math.max(most, wr.getSg_list() == null ? 0 : wr.getSg_list().size());
        }
        SendCall call = new SendCall(qp, list.size(), most);
        int at = 0;
        for (IbvSendWR wr : list) {
            call.fill(at++, wr);
        }
        return call;
    }

    private void fill(int wr, IbvSendWR from) {
        opcode(wr, from.getOpcode()).wrId(wr, from.getWr_id()).flags(wr, from.getSend_flags());
        putInt(wr, ibv_send_wr.imm_data, from.getImm_data());
        if (from.getOpcode() == WrOpcode.ATOMIC_CMP_AND_SWP || from.getOpcode() == WrOpcode.ATOMIC_FETCH_AND_ADD) {
            putLong(wr, ibv_send_wr.wr_atomic_remote_addr, from.getAtomic().getRemote_addr());
            putLong(wr, ibv_send_wr.wr_atomic_compare_add, from.getAtomic().getCompare_add());
            putLong(wr, ibv_send_wr.wr_atomic_swap, from.getAtomic().getSwap());
            putInt(wr, ibv_send_wr.wr_atomic_rkey, from.getAtomic().getRkey());
        } else if (from.getRdma() != null) {
            remote(wr, from.getRdma().getRemote_addr(), from.getRdma().getRkey());
        }
        int index = 0;
        if (from.getSg_list() != null) {
            for (IbvSge sge : from.getSg_list()) {
                sge(wr, index++, sge.getAddr(), sge.getLength(), sge.getLkey());
            }
        }
        numSge(wr, index);
    }

    private long at(int wr) {
        return (long) Objects.checkIndex(wr, count) * ibv_send_wr.sizeof;
    }

    void putInt(int wr, long member, int value) {
        memory.set(ValueLayout.JAVA_INT, at(wr) + member, value);
    }

    void putLong(int wr, long member, long value) {
        memory.set(ValueLayout.JAVA_LONG, at(wr) + member, value);
    }

    int getInt(int wr, long member) {
        return memory.get(ValueLayout.JAVA_INT, at(wr) + member);
    }

    long getLong(int wr, long member) {
        return memory.get(ValueLayout.JAVA_LONG, at(wr) + member);
    }

    /** An SGE as DiSNI modifies it. */
    SgeCell sgeCell(int wr, int index) {
        return new SgeCell(memory, sgeAt(wr, index));
    }

    private long sgeAt(int wr, int index) {
        Objects.checkIndex(wr, count);
        return sges + ((long) wr * maxSge + Objects.checkIndex(index, maxSge)) * ibv_sge.sizeof;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int maxSge() {
        return maxSge;
    }

    @Override
    public PostSend wrId(int wr, long wrId) {
        putLong(wr, ibv_send_wr.wr_id, wrId);
        return this;
    }

    @Override
    public PostSend opcode(int wr, int opcode) {
        putInt(wr, ibv_send_wr.opcode, opcode);
        putInt(wr, ibv_send_wr.num_sge, hasData(opcode) ? numSge[wr] : 0);
        return this;
    }

    private static boolean hasData(int opcode) {
        return opcode != WrOpcode.LOCAL_INV && opcode != WrOpcode.BIND_MW;
    }

    @Override
    public PostSend flags(int wr, int flags) {
        putInt(wr, ibv_send_wr.send_flags, flags);
        return this;
    }

    @Override
    public PostSend imm(int wr, int value) {
        putInt(wr, ibv_send_wr.imm_data, Imm.toRaw(value));
        return this;
    }

    @Override
    public PostSend invalidate(int wr, int rkey) {
        putInt(wr, ibv_send_wr.invalidate_rkey, rkey);
        return this;
    }

    @Override
    public PostSend remote(int wr, long address, int rkey) {
        putLong(wr, ibv_send_wr.wr_rdma_remote_addr, address);
        putInt(wr, ibv_send_wr.wr_rdma_rkey, rkey);
        return this;
    }

    @Override
    public PostSend sge(int wr, int index, long address, int length, int lkey) {
        long at = sgeAt(wr, index);
        memory.set(ValueLayout.JAVA_LONG, at + ibv_sge.addr, address);
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.length, length);
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.lkey, lkey);
        return this;
    }

    @Override
    public PostSend numSge(int wr, int used) {
        numSge[Objects.checkIndex(wr, count)] = Objects.checkIndex(used, maxSge + 1);
        if (hasData(getInt(wr, ibv_send_wr.opcode))) {
            putInt(wr, ibv_send_wr.num_sge, used);
        }
        return this;
    }

    @Override
    public PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
        Window mine = (Window) window;
        opcode(wr, WrOpcode.BIND_MW);
        putInt(wr, ibv_send_wr.imm_data, 0); // rxe refuses a bind with a stale immediate
        putLong(wr, ibv_send_wr.bind_mw_mw, mine.nativeHandle().address());
        putInt(wr, ibv_send_wr.bind_mw_rkey, rkey);
        putLong(
                wr,
                ibv_send_wr.bind_mw_bind_info_mr,
                ((Region) region).nativeHandle().address());
        putLong(wr, ibv_send_wr.bind_mw_bind_info_addr, address);
        putLong(wr, ibv_send_wr.bind_mw_bind_info_length, length);
        putInt(wr, ibv_send_wr.bind_mw_bind_info_mw_access_flags, access);
        mine.rkey(rkey);
        hasBinds = true;
        return this;
    }

    @Override
    public int post(int first, int number) {
        Objects.checkFromIndexSize(first, number, count);
        long queuePair = qp.address();
        if (!valid || queuePair == 0 || number == 0) {
            badWr = first;
            return number == 0 && valid ? 0 : Errno.EINVAL;
        }
        try {
            array.cutAfter(first + number - 1);
            int errno = qp.ops().postSend(queuePair, array.address(first), array.badWrAddress());
            if (errno != 0) {
                badWr = array.badWr(first);
                array.clearBadWr();
            }
            if (hasBinds) {
                bound(first, errno == 0 ? first + number : badWr);
            }
            return errno;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    QueuePair queuePair() {
        return qp;
    }

    /** Ends the chain after a part of the array, for a batch; the address of its first work request. */
    long chain(int first, int number) {
        Objects.checkFromIndexSize(first, number, count);
        Objects.checkIndex(0, number);
        array.cutAfter(first + number - 1);
        return array.address(first);
    }

    long address(int wr) {
        return array.address(wr);
    }

    /** Links a chain's last work request to one of another call, or (0) ends it there again. */
    void linkTo(int last, long address) {
        putLong(last, ibv_send_wr.next, address);
    }

    /** Where the posted part of a chain ends, given the address of the first work request not posted. */
    int endBefore(long bad, int first, int last) {
        return bad >= array.address(first) && bad <= array.address(last)
                ? (int) ((bad - array.address(0)) / ibv_send_wr.sizeof)
                : last + 1;
    }

    /** A batch has posted these. */
    void posted(int first, int end) {
        if (hasBinds) {
            bound(first, end);
        }
    }

    /** Tells the library's windows their keys: a bind names the window by the key that it had at the bind before. */
    private void bound(int first, int end) {
        for (int wr = first; wr < end; wr++) {
            if (getInt(wr, ibv_send_wr.opcode) == WrOpcode.BIND_MW) {
                NativeMemory.putInt(
                        getLong(wr, ibv_send_wr.bind_mw_mw) + ibv_mw.rkey, getInt(wr, ibv_send_wr.bind_mw_rkey));
            }
        }
    }

    @Override
    public int badWr() {
        return badWr;
    }

    @Override
    public PostSend execute() throws VerbsException {
        int errno = post(0, count);
        if (errno != 0) {
            throw new VerbsException("ibv_post_send failed with errno " + errno + " at work request " + badWr, errno);
        }
        return this;
    }

    @Override
    public SendWRMod getWrMod(int index) {
        SendWrMod mod = mods[index];
        if (mod == null) {
            mod = new SendWrMod(this, index, maxSge);
            mods[index] = mod;
        }
        return mod;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public PostSend free() {
        valid = false;
        return this;
    }
}
