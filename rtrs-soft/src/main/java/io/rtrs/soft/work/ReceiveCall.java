package io.rtrs.soft.work;

import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.SVCPostRecv;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.VerbsException;

import java.util.List;
import java.util.Objects;

/** The stateful post-receive. */
public final class ReceiveCall extends PostRecv {
    private final WorkQueues qp;
    private final ReceiveArray array;
    private final Posted posted = new Posted();
    private boolean valid = true;

    public ReceiveCall(WorkQueues qp, int count, int maxSge) {
        this.qp = qp;
        this.array = new ReceiveArray(count, maxSge);
    }

    /** From DiSNI's list. */
    public ReceiveCall(WorkQueues qp, List<IbvRecvWR> requests) {
        this(
                qp,
                requests.size(),
                requests.stream().mapToInt(ReceiveCall::sges).max().orElse(0));
        int wr = 0;
        for (IbvRecvWR request : requests) {
            array.wrId[wr] = request.getWr_id();
            int n = sges(request);
            for (int i = 0; i < n; i++) {
                IbvSge sge = request.getSg_list().get(i);
                array.setSge(wr, i, sge.getAddr(), sge.getLength(), sge.getLkey());
            }
            array.setNumSge(wr, n);
            wr++;
        }
    }

    private static int sges(IbvRecvWR request) {
        return request.getSg_list() == null ? 0 : request.getSg_list().size();
    }

    @Override
    public int count() {
        return array.count;
    }

    @Override
    public PostRecv wrId(int wr, long wrId) {
        array.wrId[wr] = wrId;
        return this;
    }

    @Override
    public PostRecv sge(int wr, int index, long address, int length, int lkey) {
        array.setSge(wr, index, address, length, lkey);
        return this;
    }

    @Override
    public PostRecv numSge(int wr, int count) {
        array.setNumSge(wr, count);
        return this;
    }

    @Override
    public int post(int first, int count) {
        Objects.checkFromIndexSize(first, count, array.count);
        return qp.postReceives(array, first, count, posted);
    }

    @Override
    public int badWr() {
        return posted.bad;
    }

    @Override
    public ReceiveCall execute() throws VerbsException {
        int errno = post(0, array.count);
        if (errno != 0) {
            throw new VerbsException(
                    "post_recv on queue pair " + qp.number() + ": work request " + badWr() + " was refused", errno);
        }
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public ReceiveCall free() {
        valid = false;
        return this;
    }

    @Override
    public SVCPostRecv.RecvWRMod getWrMod(int index) {
        Objects.checkIndex(index, array.count);
        return () -> array.wrId[index];
    }
}
