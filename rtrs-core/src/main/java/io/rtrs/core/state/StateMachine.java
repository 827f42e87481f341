package io.rtrs.core.state;

/**
 * The current state of one machine, changed only by its table.
 *
 * <p><b>Threading</b>: any; of two threads that fire at once, each sees the state that the other left. Whoever gets a
 * {@link Transition#moved() move} does its work.
 *
 * @param <S> the states
 * @param <E> the events
 */
public final class StateMachine<S extends Enum<S> & Described, E extends Enum<E> & Described> {
    private final TransitionTable<S, E> table;
    private volatile S current;

    /** Starts in the table's initial state. */
    public StateMachine(TransitionTable<S, E> table) {
        this.table = table;
        this.current = table.initial();
    }

    /** The current state. */
    public S state() {
        return current;
    }

    /**
     * Applies an event.
     *
     * @return what it did; an illegal event leaves the state as it is, and the caller decides how loudly to fail
     */
    public synchronized Transition<S> fire(E event) {
        Transition<S> transition = table.apply(current, event);
        current = transition.to();
        return transition;
    }
}
