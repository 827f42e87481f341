package io.rtrs.interop.contract;

/** Completion statuses ({@code enum ibv_wc_status}) and flags as tests name them. */
final class Wc {
    static final int SUCCESS = 0;
    static final int LOC_LEN_ERR = 1;
    static final int LOC_QP_OP_ERR = 2;
    static final int LOC_PROT_ERR = 4;
    static final int WR_FLUSH_ERR = 5;
    static final int MW_BIND_ERR = 6;
    static final int LOC_ACCESS_ERR = 8;
    static final int REM_INV_REQ_ERR = 9;
    static final int REM_ACCESS_ERR = 10;
    static final int REM_OP_ERR = 11;
    static final int RNR_RETRY_EXC_ERR = 13;

    private Wc() {}
}
