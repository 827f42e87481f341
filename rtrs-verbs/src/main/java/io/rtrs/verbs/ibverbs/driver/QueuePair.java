package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.ContextOps;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_qp;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_qp_init_attr;

import java.io.IOException;

/** The queue pair of a connection id, which creates and destroys it. */
final class QueuePair extends IbvQP implements ProviderOwned {
    private final DeviceContext device;
    private final ProtectionDomain domain;
    private final NativeHandle nativeHandle;

    QueuePair(ProtectionDomain domain, IbvQPInitAttr attr, long address) throws IOException {
        super(NativeMemory.getInt(address + ibv_qp.qp_num));
        this.device = domain.device();
        this.domain = domain;
        this.nativeHandle = new NativeHandle("queue pair", address);
        this.context = device;
        this.pd = domain;
        this.send_cq = attr.getSend_cq();
        this.recv_cq = attr.getRecv_cq();
        this.handle = NativeMemory.getInt(address + ibv_qp.handle);
        this.qp_type = attr.getQp_type();
        this.state = NativeMemory.getInt(address + ibv_qp.state);
    }

    ContextOps ops() {
        return device.ops();
    }

    ProtectionDomain domain() {
        return domain;
    }

    /** C: {@code struct ibv_qp *}; 0 once destroyed. */
    long address() {
        return nativeHandle.address();
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    void modifyToError() throws VerbsException {
        nativeHandle.call("ibv_modify_qp to the error state", LibIbverbs::modifyToError);
        state = IBV_QPS_ERR;
    }

    int queryState() throws VerbsException {
        nativeHandle.call("ibv_query_qp", qp -> {
            int result = LibIbverbs.queryState(qp, ibv_qp_init_attr.sizeof);
            if (result >= 0) {
                state = result;
            }
            return Math.max(0, -result);
        });
        return state;
    }

    @Override
    public VerbsProvider provider() {
        return device.provider();
    }
}
