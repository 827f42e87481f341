package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;

/** C: {@code ibv_req_notify_cq}. */
final class NotifyCall extends SVCReqNotify {
    private final CompletionQueue cq;
    private final int solicitedOnly;
    private boolean valid = true;

    NotifyCall(CompletionQueue cq, boolean solicitedOnly) {
        this.cq = cq;
        this.solicitedOnly = solicitedOnly ? 1 : 0;
    }

    @Override
    public SVCReqNotify execute() throws VerbsException {
        long queue = cq.nativeHandle().address();
        int errno = valid && queue != 0 ? cq.device().ops().reqNotifyCq(queue, solicitedOnly) : Errno.EBADF;
        if (errno != 0) {
            throw new VerbsException("ibv_req_notify_cq failed with errno " + errno, errno);
        }
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public SVCReqNotify free() {
        valid = false;
        return this;
    }
}
