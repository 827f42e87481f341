package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaVerbs;
import com.ibm.disni.verbs.SVCDeregMr;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends each verb of DiSNI to the provider of its object. As with DiSNI's own library, what is still in use is not
 * destroyed, which the returned errno says.
 */
final class DisniVerbs extends RdmaVerbs {

    private static RdmaVerbs of(Object handle) throws IOException {
        return DisniProvider.ownerOf(handle).verbs();
    }

    @Override
    public IbvPd allocPd(IbvContext context) throws IOException {
        return of(context).allocPd(context);
    }

    @Override
    public IbvCompChannel createCompChannel(IbvContext context) throws IOException {
        return of(context).createCompChannel(context);
    }

    @Override
    public IbvCQ createCQ(IbvContext context, IbvCompChannel channel, int entries, int vector) throws IOException {
        return of(context).createCQ(context, channel, entries, vector);
    }

    @Override
    public boolean getCqEvent(IbvCompChannel channel, IbvCQ cq, int timeoutMs) throws IOException {
        return of(channel).getCqEvent(channel, cq, timeoutMs);
    }

    @Override
    public SVCRegMr regMr(IbvPd pd, ByteBuffer buffer, int access) throws IOException {
        return of(pd).regMr(pd, buffer, access);
    }

    @Override
    public SVCRegMr regMr(IbvPd pd, long address, int length, int access) throws IOException {
        return of(pd).regMr(pd, address, length, access);
    }

    @Override
    public int queryOdpSupport(IbvContext context) throws IOException {
        return of(context).queryOdpSupport(context);
    }

    @Override
    public int expPrefetchMr(IbvMr mr, long address, int length) throws IOException {
        return of(mr).expPrefetchMr(mr, address, length);
    }

    @Override
    public SVCDeregMr deregMr(IbvMr mr) throws IOException {
        return of(mr).deregMr(mr);
    }

    @Override
    public SVCPostSend postSend(IbvQP qp, List<IbvSendWR> wrList, List<IbvSendWR> badWrList) throws IOException {
        return of(qp).postSend(qp, wrList, badWrList);
    }

    @Override
    public SVCPostRecv postRecv(IbvQP qp, List<IbvRecvWR> wrList, List<IbvRecvWR> badWrList) throws IOException {
        return of(qp).postRecv(qp, wrList, badWrList);
    }

    @Override
    public SVCPollCq pollCQ(IbvCQ cq, IbvWC[] completions, int entries) throws IOException {
        return of(cq).pollCQ(cq, completions, entries);
    }

    @Override
    public SVCReqNotify reqNotifyCQ(IbvCQ cq, boolean solicitedOnly) throws IOException {
        return of(cq).reqNotifyCQ(cq, solicitedOnly);
    }

    @Override
    public int ackCqEvents(IbvCQ cq, int events) throws IOException {
        return of(cq).ackCqEvents(cq, events);
    }

    @Override
    public int destroyCompChannel(IbvCompChannel channel) throws IOException {
        return of(channel).destroyCompChannel(channel);
    }

    @Override
    public int deallocPd(IbvPd pd) throws IOException {
        return DisniProvider.unlessInUse(() -> of(pd).deallocPd(pd));
    }

    @Override
    public int destroyCQ(IbvCQ cq) throws IOException {
        return DisniProvider.unlessInUse(() -> of(cq).destroyCQ(cq));
    }
}
