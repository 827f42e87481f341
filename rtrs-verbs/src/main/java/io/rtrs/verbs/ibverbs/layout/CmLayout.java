package io.rtrs.verbs.ibverbs.layout;

/**
 * Layouts of {@code rdma/rdma_cma.h}.
 *
 * <p>Each nested class is a C structure, each constant the offset of its member in bytes, {@code sizeof} its size. The
 * names are those of C, dots of nested members written as underscores: a test compares them with the golden file, and
 * that with the C compiler's opinion. They are stable ABI on LP64 machines.
 */
@SuppressWarnings("MemberName") // C's names
public final class CmLayout {
    private CmLayout() {}

    /** C: {@code struct rdma_event_channel}. */
    public static final class rdma_event_channel {
        private rdma_event_channel() {}

        public static final int sizeof = 4;
        public static final int fd = 0;
    }

    /** C: {@code struct rdma_cm_id}. */
    public static final class rdma_cm_id {
        private rdma_cm_id() {}

        public static final int sizeof = 416;
        public static final int verbs = 0;
        public static final int channel = 8;
        public static final int context = 16;
        public static final int qp = 24;
        public static final int route_addr_src_addr = 32;
        public static final int route_addr_dst_addr = 160;
        public static final int ps = 344;
        public static final int port_num = 348;
    }

    /** C: {@code struct rdma_cm_event}. */
    public static final class rdma_cm_event {
        private rdma_cm_event() {}

        public static final int sizeof = 80;
        public static final int id = 0;
        public static final int listen_id = 8;
        public static final int event = 16;
        public static final int status = 20;
        public static final int param_conn_private_data = 24;
        public static final int param_conn_private_data_len = 32;
        public static final int param_conn_responder_resources = 33;
        public static final int param_conn_initiator_depth = 34;
        public static final int param_conn_qp_num = 40;
    }

    /** C: {@code struct rdma_conn_param}. */
    public static final class rdma_conn_param {
        private rdma_conn_param() {}

        public static final int sizeof = 24;
        public static final int private_data = 0;
        public static final int private_data_len = 8;
        public static final int responder_resources = 9;
        public static final int initiator_depth = 10;
        public static final int flow_control = 11;
        public static final int retry_count = 12;
        public static final int rnr_retry_count = 13;
        public static final int srq = 14;
        public static final int qp_num = 16;
    }
}
