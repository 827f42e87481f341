package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;

/** DiSNI's stateful poll. */
final class PollCall extends SVCPollCq {
    private final Cq cq;
    private final IbvWC[] completions;
    private final int limit;
    private int polls;
    private boolean valid = true;

    PollCall(Cq cq, IbvWC[] completions, int limit) {
        this.cq = cq;
        this.completions = completions;
        this.limit = limit;
    }

    @Override
    public PollCall execute() {
        polls = cq.drain(completions, limit);
        return this;
    }

    @Override
    public int getPolls() {
        return polls;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public PollCall free() {
        valid = false;
        return this;
    }
}
