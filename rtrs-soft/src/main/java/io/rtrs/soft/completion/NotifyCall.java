package io.rtrs.soft.completion;

import com.ibm.disni.verbs.SVCReqNotify;

/** DiSNI's stateful arming of a completion queue. */
public final class NotifyCall extends SVCReqNotify {
    private final CompletionQueue cq;
    private final boolean solicitedOnly;
    private boolean valid = true;

    /** Arms the queue each time it is executed. */
    public NotifyCall(CompletionQueue cq, boolean solicitedOnly) {
        this.cq = cq;
        this.solicitedOnly = solicitedOnly;
    }

    @Override
    public NotifyCall execute() {
        cq.arm(solicitedOnly);
        return this;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public NotifyCall free() {
        valid = false;
        return this;
    }
}
