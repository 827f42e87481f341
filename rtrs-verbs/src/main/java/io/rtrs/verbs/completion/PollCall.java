package io.rtrs.verbs.completion;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;

/** DiSNI's stateful poll. */
public final class PollCall extends SVCPollCq {
    private final CompletionQueue cq;
    private final IbvWC[] completions;
    private final int limit;
    private int polls;
    private boolean valid = true;

    /** Polls at most {@code limit} completions into the objects given. */
    public PollCall(CompletionQueue cq, IbvWC[] completions, int limit) {
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
