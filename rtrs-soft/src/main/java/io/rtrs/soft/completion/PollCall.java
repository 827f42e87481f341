package io.rtrs.soft.completion;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

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
    public PollCall execute() throws VerbsException {
        if (!cq.isOpen()) {
            polls = IbvWC.CQ_POLL_ERR;
            throw new VerbsException("the completion queue is destroyed", Errno.EBADF);
        }
        polls = cq.drain(completions, limit);
        if (polls < 0) {
            throw cq.overran();
        }
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
