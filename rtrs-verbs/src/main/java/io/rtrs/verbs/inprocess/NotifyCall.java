package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.SVCReqNotify;

/** DiSNI's stateful arming of a completion queue. */
final class NotifyCall extends SVCReqNotify {
    private final Cq cq;
    private final boolean solicitedOnly;
    private boolean valid = true;

    NotifyCall(Cq cq, boolean solicitedOnly) {
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
