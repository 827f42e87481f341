package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.core.connection.WorkId;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The polling of a completion queue by which a client's writes, or a server's answers, are reported late, as if
 * acknowledgements were lost.
 */
final class LatePoll extends SVCPollCq {
    private final SVCPollCq to;
    private final IbvWC[] real;
    private final IbvWC[] completions;
    private final AtomicBoolean late;
    private final AtomicInteger receives;
    private final Deque<IbvWC> withheld = new ArrayDeque<>();
    private int polls;

    /**
     * Polls as another call does.
     *
     * @param real what that call fills
     * @param completions what this call fills
     * @param late whether writes and answers are withheld at the moment
     * @param receives counts the receives that were reported
     */
    LatePoll(SVCPollCq to, IbvWC[] real, IbvWC[] completions, AtomicBoolean late, AtomicInteger receives) {
        this.to = to;
        this.real = real;
        this.completions = completions;
        this.late = late;
        this.receives = receives;
    }

    static IbvWC[] completions(int count) {
        IbvWC[] made = new IbvWC[count];
        for (int i = 0; i < count; i++) {
            made[i] = new IbvWC();
        }
        return made;
    }

    private static boolean isWrite(int kind) {
        return kind == WorkId.WRITE || kind == WorkId.COUNTED_WRITE || kind == WorkId.ANSWER;
    }

    @Override
    public SVCPollCq execute() throws IOException {
        polls = 0;
        while (!late.get() && !withheld.isEmpty() && polls < completions.length) {
            completions[polls++] = withheld.remove();
        }
        if (polls > 0) {
            return this;
        }
        to.execute();
        // Asked for after the poll: what it brought may have been posted just now, and those before it go first.
        boolean withholds = late.get() || !withheld.isEmpty();
        for (int i = 0; i < to.getPolls(); i++) {
            IbvWC completion = real[i].clone();
            int kind = WorkId.kind(completion.getWr_id());
            if (withholds && isWrite(kind)) {
                withheld.add(completion);
            } else {
                if (kind == WorkId.RECEIVE) {
                    receives.incrementAndGet();
                }
                completions[polls++] = completion;
            }
        }
        return this;
    }

    @Override
    public int getPolls() {
        return polls;
    }

    @Override
    public boolean isValid() {
        return to.isValid();
    }

    @Override
    public SVCPollCq free() {
        to.free();
        return this;
    }
}
