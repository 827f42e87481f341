package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSge;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_recv_wr;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_sge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;

/** C: {@code ibv_post_recv} of an array of {@code struct ibv_recv_wr} laid out once. */
final class RecvCall extends PostRecv {
    private final QueuePair qp;
    private final int count;
    private final int maxSge;
    private final long sges;
    private final WrArray array;
    private final MemorySegment memory;
    private int badWr;
    private boolean valid = true;

    RecvCall(QueuePair qp, int count, int maxSge) throws VerbsException {
        if (count < 1 || maxSge < 0) {
            throw new VerbsException("a post of " + count + " work requests with " + maxSge + " SGEs", Errno.EINVAL);
        }
        this.qp = qp;
        this.count = count;
        this.maxSge = maxSge;
        this.sges = (long) count * ibv_recv_wr.sizeof;
        this.array =
                new WrArray(count, ibv_recv_wr.sizeof, ibv_recv_wr.next, ibv_recv_wr.sg_list, maxSge, ibv_sge.sizeof);
        this.memory = array.memory();
    }

    /** From DiSNI's lists. */
    static RecvCall of(QueuePair qp, List<IbvRecvWR> list) throws VerbsException {
        int most = 0;
        for (IbvRecvWR wr : list) {
            most = Math.max(most, wr.getSg_list() == null ? 0 : wr.getSg_list().size());
        }
        RecvCall call = new RecvCall(qp, list.size(), most);
        int at = 0;
        for (IbvRecvWR wr : list) {
            call.fill(at++, wr);
        }
        return call;
    }

    private void fill(int wr, IbvRecvWR from) {
        wrId(wr, from.getWr_id());
        int index = 0;
        if (from.getSg_list() != null) {
            for (IbvSge sge : from.getSg_list()) {
                sge(wr, index++, sge.getAddr(), sge.getLength(), sge.getLkey());
            }
        }
        numSge(wr, index);
    }

    private long at(int wr) {
        return (long) Objects.checkIndex(wr, count) * ibv_recv_wr.sizeof;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public PostRecv wrId(int wr, long wrId) {
        memory.set(ValueLayout.JAVA_LONG, at(wr) + ibv_recv_wr.wr_id, wrId);
        return this;
    }

    @Override
    public PostRecv sge(int wr, int index, long address, int length, int lkey) {
        Objects.checkIndex(wr, count);
        long at = sges + ((long) wr * maxSge + Objects.checkIndex(index, maxSge)) * ibv_sge.sizeof;
        memory.set(ValueLayout.JAVA_LONG, at + ibv_sge.addr, address);
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.length, length);
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.lkey, lkey);
        return this;
    }

    @Override
    public PostRecv numSge(int wr, int used) {
        memory.set(ValueLayout.JAVA_INT, at(wr) + ibv_recv_wr.num_sge, Objects.checkIndex(used, maxSge + 1));
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
            int errno = qp.ops().postRecv(queuePair, array.address(first), array.badWrAddress());
            if (errno != 0) {
                badWr = array.badWr(first);
                array.clearBadWr();
            }
            return errno;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public int badWr() {
        return badWr;
    }

    @Override
    public PostRecv execute() throws VerbsException {
        int errno = post(0, count);
        if (errno != 0) {
            throw new VerbsException("ibv_post_recv failed with errno " + errno + " at work request " + badWr, errno);
        }
        return this;
    }

    @Override
    public RecvWRMod getWrMod(int index) {
        long at = at(index) + ibv_recv_wr.wr_id;
        return () -> memory.get(ValueLayout.JAVA_LONG, at);
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public PostRecv free() {
        valid = false;
        return this;
    }
}
