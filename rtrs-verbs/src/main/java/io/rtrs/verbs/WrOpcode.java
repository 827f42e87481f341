package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvSendWR;

/** Opcodes of send work requests and of completions, with those that DiSNI leaves out; values as in rdma-core. */
public final class WrOpcode {
    public static final int RDMA_WRITE = IbvSendWR.IBV_WR_RDMA_WRITE;
    public static final int RDMA_WRITE_WITH_IMM = IbvSendWR.IBV_WR_RDMA_WRITE_WITH_IMM;
    public static final int SEND = IbvSendWR.IBV_WR_SEND;
    public static final int SEND_WITH_IMM = IbvSendWR.IBV_WR_SEND_WITH_IMM;
    public static final int RDMA_READ = IbvSendWR.IBV_WR_RDMA_READ;
    public static final int ATOMIC_CMP_AND_SWP = IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP;
    public static final int ATOMIC_FETCH_AND_ADD = IbvSendWR.IBV_WR_ATOMIC_FETCH_AND_ADD;
    public static final int LOCAL_INV = 7;
    public static final int BIND_MW = 8;
    public static final int SEND_WITH_INV = 9;

    /** Completion opcodes ({@code IbvWC.getOpcode()}); valid only where the status is success. */
    public static final int WC_SEND = 0;

    public static final int WC_RDMA_WRITE = 1;
    public static final int WC_RDMA_READ = 2;
    public static final int WC_COMP_SWAP = 3;
    public static final int WC_FETCH_ADD = 4;
    public static final int WC_BIND_MW = 5;
    public static final int WC_LOCAL_INV = 6;
    public static final int WC_RECV = 128;
    public static final int WC_RECV_RDMA_WITH_IMM = 129;

    /** Completion flags ({@code IbvWC.getWc_flags()}): a mask, other bits may be set too. */
    public static final int WC_WITH_IMM = 1 << 1;

    public static final int WC_WITH_INV = 1 << 3;

    private WrOpcode() {}
}
