package io.rtrs.soft.iwarp.cm;

import java.util.List;

/**
 * What an event does in a state.
 *
 * @param outcome whether it does something, nothing on purpose, or must not happen
 * @param to the state after it
 * @param actions what is done, in this order
 */
public record Step(Outcome outcome, ConnectionState to, List<ConnectionAction> actions) {
    /** The three kinds of outcomes. */
    public enum Outcome {
        /** The state changes, or something is done in it. */
        ACT,
        /** The event is expected and means nothing here. */
        IGNORE,
        /** A command that is no good here. */
        REFUSE
    }

    @Override
    public String toString() {
        return switch (outcome) {
            case ACT -> "-> " + to + (actions.isEmpty() ? "" : " " + actions);
            case IGNORE -> "(ignored)";
            case REFUSE -> "(refused)";
        };
    }
}
