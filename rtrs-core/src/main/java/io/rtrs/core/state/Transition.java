package io.rtrs.core.state;

/**
 * What an event does in a state.
 *
 * @param outcome whether it moves, does nothing on purpose, or must not happen
 * @param to the state after it; for {@link Outcome#NO_OP} and {@link Outcome#ILLEGAL} the state before it
 * @param <S> the states
 */
public record Transition<S>(Outcome outcome, S to) {
    /** The three kinds of outcomes. */
    public enum Outcome {
        /** The state changes, or is entered anew. */
        MOVE,
        /** The event is expected here and changes nothing. */
        NO_OP,
        /** The event must not happen here: a defect of the caller. The state stays. */
        ILLEGAL
    }

    /** Whether the caller has to do the work of this transition. */
    public boolean moved() {
        return outcome == Outcome.MOVE;
    }
}
