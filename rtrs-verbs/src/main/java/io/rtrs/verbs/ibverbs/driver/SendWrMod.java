package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_send_wr;

/** One work request of a {@link SendCall}, as DiSNI modifies it. */
final class SendWrMod implements SVCPostSend.SendWRMod, SVCPostSend.RdmaMod {
    private final SendCall call;
    private final int wr;
    private final SgeCell[] sges;

    SendWrMod(SendCall call, int wr, int maxSge) {
        this.call = call;
        this.wr = wr;
        this.sges = new SgeCell[maxSge];
        for (int i = 0; i < maxSge; i++) {
            sges[i] = call.sgeCell(wr, i);
        }
    }

    @Override
    public void setWr_id(long wrId) {
        call.putLong(wr, ibv_send_wr.wr_id, wrId);
    }

    @Override
    public long getWr_id() {
        return call.getLong(wr, ibv_send_wr.wr_id);
    }

    @Override
    public void setSend_flags(int flags) {
        call.putInt(wr, ibv_send_wr.send_flags, flags);
    }

    @Override
    public int getSend_flags() {
        return call.getInt(wr, ibv_send_wr.send_flags);
    }

    @Override
    public int getNum_sge() {
        return call.getInt(wr, ibv_send_wr.num_sge);
    }

    @Override
    public int getOpcode() {
        return call.getInt(wr, ibv_send_wr.opcode);
    }

    @Override
    public SVCPostSend.RdmaMod getRdmaMod() {
        return this;
    }

    @Override
    public SVCPostSend.SgeMod getSgeMod(int index) {
        return sges[index];
    }

    @Override
    public void setRemote_addr(long address) {
        call.putLong(wr, ibv_send_wr.wr_rdma_remote_addr, address);
    }

    @Override
    public long getRemote_addr() {
        return call.getLong(wr, ibv_send_wr.wr_rdma_remote_addr);
    }

    @Override
    public void setRkey(int rkey) {
        call.putInt(wr, ibv_send_wr.wr_rdma_rkey, rkey);
    }

    @Override
    public int getRkey() {
        return call.getInt(wr, ibv_send_wr.wr_rdma_rkey);
    }

    /** The structure has no such member today; nothing is stored. */
    @Override
    public void setReserved(int reserved) {}

    @Override
    public int getReserved() {
        return 0;
    }
}
