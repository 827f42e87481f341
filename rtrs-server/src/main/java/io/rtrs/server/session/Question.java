package io.rtrs.server.session;

import io.rtrs.core.Status;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What the listener is asked of a session: whether it may be. It is answered, or given up because nobody waits for the
 * answer any more, but not both: so the listener's thread and the control thread agree which of them tells of the end
 * of a session that was let be too late.
 *
 * <p><b>Threading:</b> the listener's thread answers, the control thread gives up.
 */
public final class Question {
    private enum State {
        ASKED,
        ANSWERED,
        GIVEN_UP
    }

    private final Session session;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);

    // Written before the state says that it is answered.
    private Status answer = Status.OK;

    Question(Session session) {
        this.session = session;
    }

    /** What it is about. */
    public Session session() {
        return session;
    }

    /** Answers it, once; false if it was given up. */
    public boolean answer(Status given) {
        answer = given;
        return state.compareAndSet(State.ASKED, State.ANSWERED);
    }

    /** Whether nobody waits for the answer any more. */
    public boolean isGivenUp() {
        return state.get() == State.GIVEN_UP;
    }

    /** Nobody waits for the answer any more; false if it has come. */
    boolean giveUp() {
        return state.compareAndSet(State.ASKED, State.GIVEN_UP);
    }

    /** The answer to a question that is answered. */
    Status answer() {
        return answer;
    }
}
