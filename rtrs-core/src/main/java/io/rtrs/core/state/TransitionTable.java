package io.rtrs.core.state;

import io.rtrs.core.state.Transition.Outcome;

import java.util.EnumMap;
import java.util.Map;

/**
 * The transitions of a state machine as data: event, set of states it may come from, state it leads to. What the table does
 * not name is illegal.
 *
 * <p><b>Threading</b>: immutable. <b>Allocation</b>: none after it is built.
 *
 * @param <S> the states
 * @param <E> the events
 */
public final class TransitionTable<S extends Enum<S> & Described, E extends Enum<E> & Described> {
    private final String name;
    private final Class<S> states;
    private final Class<E> events;
    private final S initial;
    private final Map<E, Map<S, Transition<S>>> rows;

    private TransitionTable(Builder<S, E> builder) {
        this.name = builder.name;
        this.states = builder.states;
        this.events = builder.events;
        this.initial = builder.initial;
        this.rows = builder.rows;
        for (E event : events.getEnumConstants()) {
            Map<S, Transition<S>> row = rows.computeIfAbsent(event, e -> new EnumMap<>(states));
            for (S state : states.getEnumConstants()) {
                row.putIfAbsent(state, new Transition<>(Outcome.ILLEGAL, state));
            }
        }
    }

    /** Starts a table in which everything is illegal. */
    public static <S extends Enum<S> & Described, E extends Enum<E> & Described> Builder<S, E> of(
            String name, Class<S> states, Class<E> events, S initial) {
        return new Builder<>(name, states, events, initial);
    }

    /** What the machine is, for titles. */
    public String name() {
        return name;
    }

    /** The state a machine starts in. */
    public S initial() {
        return initial;
    }

    /** The states in their order. */
    public S[] states() {
        return states.getEnumConstants();
    }

    /** The events in their order. */
    public E[] events() {
        return events.getEnumConstants();
    }

    /** What the event does in the state. */
    public Transition<S> apply(S state, E event) {
        Map<S, Transition<S>> row = rows.get(event);
        Transition<S> transition = row == null ? null : row.get(state);
        if (transition == null) {
            throw new AssertionError("the table " + name + " is complete by construction");
        }
        return transition;
    }

    /**
     * Collects the rows of a table.
     *
     * @param <S> the states
     * @param <E> the events
     */
    public static final class Builder<S extends Enum<S> & Described, E extends Enum<E> & Described> {
        private final String name;
        private final Class<S> states;
        private final Class<E> events;
        private final S initial;
        private final Map<E, Map<S, Transition<S>>> rows;

        private Builder(String name, Class<S> states, Class<E> events, S initial) {
            this.name = name;
            this.states = states;
            this.events = events;
            this.initial = initial;
            this.rows = new EnumMap<>(events);
        }

        /** The event leads from each of the states to {@code to}. */
        @SafeVarargs
        public final Builder<S, E> on(E event, S to, S... from) {
            for (S state : from) {
                put(event, state, new Transition<>(Outcome.MOVE, to));
            }
            return this;
        }

        /** The event is expected in each of the states and changes nothing. */
        @SafeVarargs
        public final Builder<S, E> ignore(E event, S... in) {
            for (S state : in) {
                put(event, state, new Transition<>(Outcome.NO_OP, state));
            }
            return this;
        }

        private void put(E event, S from, Transition<S> transition) {
            Transition<S> earlier =
                    rows.computeIfAbsent(event, e -> new EnumMap<>(states)).put(from, transition);
            if (earlier != null) {
                throw new IllegalArgumentException(name + ": " + event + " in " + from + " is named twice");
            }
        }

        /** The finished table; the builder must not be used again. */
        public TransitionTable<S, E> build() {
            return new TransitionTable<>(this);
        }
    }
}
