package io.rtrs.disni.agent.program;

import com.ibm.disni.RdmaActiveEndpoint;
import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One page of memory and a receive of 64 bytes at its start. */
@SuppressWarnings({"JdkObsolete", "NonApiType"}) // DiSNI's lists of SGEs are LinkedLists
class Peer extends RdmaActiveEndpoint {
    final ByteBuffer memory = ByteBuffer.allocateDirect(4096);
    private final BlockingQueue<IbvWC> completions = new LinkedBlockingQueue<>();
    IbvMr region;

    Peer(RdmaActiveEndpointGroup<? extends Peer> group, RdmaCmId id, boolean serverSide) throws IOException {
        super(group, id, serverSide);
    }

    @Override
    protected synchronized void init() throws IOException {
        super.init();
        region = registerMemory(memory).execute().free().getMr();
        IbvRecvWR receive = new IbvRecvWR();
        receive.setSg_list(piece(0, 64));
        receive.setNum_sge(1);
        postRecv(List.of(receive)).execute().free();
    }

    private LinkedList<IbvSge> piece(int at, int length) {
        IbvSge sge = new IbvSge();
        sge.setAddr(region.getAddr() + at);
        sge.setLength(length);
        sge.setLkey(region.getLkey());
        return new LinkedList<>(List.of(sge));
    }

    /** Posts it and waits until it is done. */
    void execute(int opcode, int at, int length, long remote, int key) throws Exception {
        IbvSendWR request = new IbvSendWR();
        request.setOpcode(opcode);
        request.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
        request.setSg_list(piece(at, length));
        request.setNum_sge(1);
        request.getRdma().setRemote_addr(remote);
        request.getRdma().setRkey(key);
        postSend(List.of(request)).execute().free();
        await();
    }

    /** The next completion, which must be a success. */
    void await() throws Exception {
        IbvWC wc = completions.poll(60, TimeUnit.SECONDS);
        if (wc == null || wc.getStatus() != 0) {
            throw new IOException(wc == null ? "no completion came" : "status " + wc.getStatus());
        }
    }

    @Override
    public void dispatchCqEvent(IbvWC wc) throws IOException {
        completions.add(wc.clone());
    }

    /** Frees the memory of a closed endpoint. */
    void free() throws IOException {
        deregisterMemory(region);
    }
}
