package io.rtrs.verbs.ibverbs.layout;

/**
 * Layouts of {@code infiniband/verbs.h}.
 *
 * <p>Each nested class is a C structure, each constant the offset of its member in bytes, {@code sizeof} its size. The
 * names are those of C, dots of nested members written as underscores: a test compares them with the golden file, and
 * that with the C compiler's opinion. They are stable ABI on LP64 machines.
 */
@SuppressWarnings("MemberName") // C's names
public final class VerbsLayout {
    private VerbsLayout() {}

    /** C: {@code struct ibv_context}. */
    public static final class ibv_context {
        private ibv_context() {}

        public static final int sizeof = 328;
        public static final int device = 0;
        public static final int ops_alloc_mw = 64;
        public static final int ops_bind_mw = 72;
        public static final int ops_dealloc_mw = 80;
        public static final int ops_poll_cq = 96;
        public static final int ops_req_notify_cq = 104;
        public static final int ops_post_send = 208;
        public static final int ops_post_recv = 216;
        public static final int cmd_fd = 264;
        public static final int async_fd = 268;
        public static final int num_comp_vectors = 272;
    }

    /** C: {@code struct ibv_device_attr}. */
    public static final class ibv_device_attr {
        private ibv_device_attr() {}

        public static final int sizeof = 232;
        public static final int fw_ver = 0;
        public static final int node_guid = 64;
        public static final int max_mr_size = 80;
        public static final int max_qp = 108;
        public static final int max_qp_wr = 112;
        public static final int device_cap_flags = 116;
        public static final int max_sge = 120;
        public static final int max_cqe = 132;
        public static final int max_mr = 136;
        public static final int max_mw = 176;
    }

    /** C: {@code struct ibv_pd}. */
    public static final class ibv_pd {
        private ibv_pd() {}

        public static final int sizeof = 16;
        public static final int context = 0;
        public static final int handle = 8;
    }

    /** C: {@code struct ibv_mr}. */
    public static final class ibv_mr {
        private ibv_mr() {}

        public static final int sizeof = 48;
        public static final int context = 0;
        public static final int pd = 8;
        public static final int addr = 16;
        public static final int length = 24;
        public static final int handle = 32;
        public static final int lkey = 36;
        public static final int rkey = 40;
    }

    /** C: {@code struct ibv_mw}. */
    public static final class ibv_mw {
        private ibv_mw() {}

        public static final int sizeof = 32;
        public static final int context = 0;
        public static final int pd = 8;
        public static final int rkey = 16;
        public static final int handle = 20;
        public static final int type = 24;
    }

    /** C: {@code struct ibv_comp_channel}. */
    public static final class ibv_comp_channel {
        private ibv_comp_channel() {}

        public static final int sizeof = 16;
        public static final int context = 0;
        public static final int fd = 8;
        public static final int refcnt = 12;
    }

    /** C: {@code struct ibv_cq}. */
    public static final class ibv_cq {
        private ibv_cq() {}

        public static final int sizeof = 128;
        public static final int context = 0;
        public static final int channel = 8;
        public static final int cq_context = 16;
        public static final int handle = 24;
        public static final int cqe = 28;
    }

    /** C: {@code struct ibv_qp}. */
    public static final class ibv_qp {
        private ibv_qp() {}

        public static final int sizeof = 160;
        public static final int context = 0;
        public static final int pd = 16;
        public static final int send_cq = 24;
        public static final int recv_cq = 32;
        public static final int handle = 48;
        public static final int qp_num = 52;
        public static final int state = 56;
        public static final int qp_type = 60;
    }

    /** C: {@code struct ibv_qp_init_attr}. */
    public static final class ibv_qp_init_attr {
        private ibv_qp_init_attr() {}

        public static final int sizeof = 64;
        public static final int qp_context = 0;
        public static final int send_cq = 8;
        public static final int recv_cq = 16;
        public static final int srq = 24;
        public static final int cap_max_send_wr = 32;
        public static final int cap_max_recv_wr = 36;
        public static final int cap_max_send_sge = 40;
        public static final int cap_max_recv_sge = 44;
        public static final int cap_max_inline_data = 48;
        public static final int qp_type = 52;
        public static final int sq_sig_all = 56;
    }

    /** C: {@code struct ibv_qp_attr}. */
    public static final class ibv_qp_attr {
        private ibv_qp_attr() {}

        public static final int sizeof = 144;
        public static final int qp_state = 0;
        public static final int cur_qp_state = 4;
    }

    /** C: {@code struct ibv_sge}. */
    public static final class ibv_sge {
        private ibv_sge() {}

        public static final int sizeof = 16;
        public static final int addr = 0;
        public static final int length = 8;
        public static final int lkey = 12;
    }

    /** C: {@code struct ibv_recv_wr}. */
    public static final class ibv_recv_wr {
        private ibv_recv_wr() {}

        public static final int sizeof = 32;
        public static final int wr_id = 0;
        public static final int next = 8;
        public static final int sg_list = 16;
        public static final int num_sge = 24;
    }

    /** C: {@code struct ibv_send_wr}. */
    public static final class ibv_send_wr {
        private ibv_send_wr() {}

        public static final int sizeof = 128;
        public static final int wr_id = 0;
        public static final int next = 8;
        public static final int sg_list = 16;
        public static final int num_sge = 24;
        public static final int opcode = 28;
        public static final int send_flags = 32;
        public static final int imm_data = 36;
        public static final int invalidate_rkey = 36;
        public static final int wr_rdma_remote_addr = 40;
        public static final int wr_rdma_rkey = 48;
        public static final int wr_atomic_remote_addr = 40;
        public static final int wr_atomic_compare_add = 48;
        public static final int wr_atomic_swap = 56;
        public static final int wr_atomic_rkey = 64;
        public static final int bind_mw_mw = 80;
        public static final int bind_mw_rkey = 88;
        public static final int bind_mw_bind_info_mr = 96;
        public static final int bind_mw_bind_info_addr = 104;
        public static final int bind_mw_bind_info_length = 112;
        public static final int bind_mw_bind_info_mw_access_flags = 120;
    }

    /** C: {@code struct ibv_mw_bind_info}. */
    public static final class ibv_mw_bind_info {
        private ibv_mw_bind_info() {}

        public static final int sizeof = 32;
        public static final int mr = 0;
        public static final int addr = 8;
        public static final int length = 16;
        public static final int mw_access_flags = 24;
    }

    /** C: {@code struct ibv_mw_bind}. */
    public static final class ibv_mw_bind {
        private ibv_mw_bind() {}

        public static final int sizeof = 48;
        public static final int wr_id = 0;
        public static final int send_flags = 8;
        public static final int bind_info = 16;
    }

    /** C: {@code struct ibv_wc}. */
    public static final class ibv_wc {
        private ibv_wc() {}

        public static final int sizeof = 48;
        public static final int wr_id = 0;
        public static final int status = 8;
        public static final int opcode = 12;
        public static final int vendor_err = 16;
        public static final int byte_len = 20;
        public static final int imm_data = 24;
        public static final int invalidated_rkey = 24;
        public static final int qp_num = 28;
        public static final int src_qp = 32;
        public static final int wc_flags = 36;
        public static final int pkey_index = 40;
        public static final int slid = 42;
        public static final int sl = 44;
        public static final int dlid_path_bits = 45;
    }
}
