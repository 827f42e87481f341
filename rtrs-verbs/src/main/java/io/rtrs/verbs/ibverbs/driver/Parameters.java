package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvQPCap;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.layout.CmLayout.rdma_conn_param;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_qp_init_attr;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Parameter structures, from and to DiSNI's objects. */
final class Parameters {
    /** {@code RDMA_MAX_RESP_RES} and {@code RDMA_MAX_INIT_DEPTH}: as many as the device can, and the peer asks for. */
    private static final int MOST = 0xff;

    private static final int IBV_QPT_RC = 2;

    private Parameters() {}

    /** {@code struct rdma_conn_param}. */
    static MemorySegment connParam(Arena arena, @Nullable RdmaConnParam given) {
        ConnParam param = ConnParam.of(given, MOST);
        MemorySegment to = arena.allocate(rdma_conn_param.sizeof, 8);
        byte[] data = param.privateData();
        if (data.length != 0 || param.getPrivate_data() == 0) {
            to.set(ValueLayout.JAVA_LONG, rdma_conn_param.private_data, bytes(arena, data));
            to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.private_data_len, (byte) data.length);
        } else {
            to.set(ValueLayout.JAVA_LONG, rdma_conn_param.private_data, param.getPrivate_data());
            to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.private_data_len, param.getPrivate_data_len());
        }
        to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.responder_resources, param.getResponder_resources());
        to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.initiator_depth, param.getInitiator_depth());
        to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.flow_control, param.getFlow_control());
        to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.retry_count, param.getRetry_count());
        to.set(ValueLayout.JAVA_BYTE, rdma_conn_param.rnr_retry_count, param.getRnr_retry_count());
        return to;
    }

    /** The address of a copy of the bytes; 0 for none. */
    static long bytes(Arena arena, byte[] data) {
        return data.length == 0
                ? 0
                : arena.allocateFrom(ValueLayout.JAVA_BYTE, data).address();
    }

    /** {@code struct ibv_qp_init_attr}. */
    static MemorySegment initAttr(Arena arena, IbvQPInitAttr attr) throws VerbsException {
        MemorySegment to = arena.allocate(ibv_qp_init_attr.sizeof, 8);
        to.set(ValueLayout.JAVA_LONG, ibv_qp_init_attr.send_cq, queue(attr.getSend_cq()));
        to.set(ValueLayout.JAVA_LONG, ibv_qp_init_attr.recv_cq, queue(attr.getRecv_cq()));
        to.set(ValueLayout.JAVA_LONG, ibv_qp_init_attr.srq, attr.getSrq());
        IbvQPCap cap = attr.cap();
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_send_wr, cap.getMax_send_wr());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_recv_wr, cap.getMax_recv_wr());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_send_sge, cap.getMax_send_sge());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_recv_sge, cap.getMax_recv_sge());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_inline_data, cap.getMax_inline_data());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.qp_type, attr.getQp_type() == 0 ? IBV_QPT_RC : attr.getQp_type());
        to.set(ValueLayout.JAVA_INT, ibv_qp_init_attr.sq_sig_all, attr.getSq_sig_all());
        return to;
    }

    private static long queue(@Nullable Object cq) throws VerbsException {
        return Own.handle(CompletionQueue.class, cq).nativeHandle().live();
    }

    /** Copies the capabilities that the queue pair really has back. */
    static void granted(MemorySegment from, IbvQPCap cap) {
        cap.setMax_send_wr(from.get(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_send_wr));
        cap.setMax_recv_wr(from.get(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_recv_wr));
        cap.setMax_send_sge(from.get(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_send_sge));
        cap.setMax_recv_sge(from.get(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_recv_sge));
        cap.setMax_inline_data(from.get(ValueLayout.JAVA_INT, ibv_qp_init_attr.cap_max_inline_data));
    }
}
