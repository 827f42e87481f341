package io.rtrs.core.state;

import io.rtrs.core.state.Transition.Outcome;

/** Tables as text: for the golden files, and as the page of the documentation. */
public final class TableText {
    private TableText() {}

    /** Every state with every event, a line each: {@code STATE EVENT -> STATE}, {@code (no-op)} or {@code (illegal)}. */
    public static <S extends Enum<S> & Described, E extends Enum<E> & Described> String lines(
            TransitionTable<S, E> table) {
        StringBuilder text =
                new StringBuilder("(start) -> ").append(table.initial()).append('\n');
        for (S state : table.states()) {
            for (E event : table.events()) {
                Transition<S> transition = table.apply(state, event);
                text.append(state).append(' ').append(event).append(' ');
                text.append(
                        switch (transition.outcome()) {
                            case MOVE -> "-> " + transition.to();
                            case NO_OP -> "(no-op)";
                            case ILLEGAL -> "(illegal)";
                        });
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** A chapter of Markdown: the graph, the sentences of states and events, the whole table. */
    public static <S extends Enum<S> & Described, E extends Enum<E> & Described> String markdown(
            TransitionTable<S, E> table) {
        StringBuilder text = new StringBuilder("## ").append(table.name()).append("\n\n");
        graph(table, text);
        sentences("State", table.states(), text);
        sentences("Event", table.events(), text);
        grid(table, text);
        return text.toString();
    }

    private static <S extends Enum<S> & Described, E extends Enum<E> & Described> void graph(
            TransitionTable<S, E> table, StringBuilder text) {
        text.append("```mermaid\nstateDiagram-v2\n    [*] --> ")
                .append(table.initial())
                .append('\n');
        for (S state : table.states()) {
            for (E event : table.events()) {
                Transition<S> transition = table.apply(state, event);
                if (transition.moved()) {
                    text.append("    ").append(state).append(" --> ").append(transition.to());
                    text.append(": ").append(event).append('\n');
                }
            }
        }
        text.append("```\n\n");
    }

    private static <T extends Enum<T> & Described> void sentences(String title, T[] values, StringBuilder text) {
        text.append("| ").append(title).append(" | Meaning |\n| --- | --- |\n");
        for (T value : values) {
            text.append("| ")
                    .append(value)
                    .append(" | ")
                    .append(value.sentence())
                    .append(" |\n");
        }
        text.append('\n');
    }

    private static <S extends Enum<S> & Described, E extends Enum<E> & Described> void grid(
            TransitionTable<S, E> table, StringBuilder text) {
        text.append("| in \\ on |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (E event : table.events()) {
            text.append(' ').append(event).append(" |");
            rule.append(" --- |");
        }
        text.append('\n').append(rule).append('\n');
        for (S state : table.states()) {
            text.append("| ").append(state).append(" |");
            for (E event : table.events()) {
                Transition<S> transition = table.apply(state, event);
                boolean noOp = transition.outcome() == Outcome.NO_OP;
                text.append(' ').append(transition.moved() ? transition.to().name() : noOp ? "no-op" : "illegal");
                text.append(" |");
            }
            text.append('\n');
        }
    }
}
